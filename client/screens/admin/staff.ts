import { createContext, use } from 'react';
import type { Profile } from '../../api/wire.ts';

export const StaffContext = createContext<Profile | null>(null);

/** The moderator or admin who is at work here. */
export function useStaff(): Profile {
  const staff = use(StaffContext);
  if (!staff) throw new Error('useStaff outside of the admin area');
  return staff;
}
