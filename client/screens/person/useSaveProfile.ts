import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Profile } from '../../api/wire.ts';
import { useApi } from '../../app/house.ts';
import { changesOf } from './changes.ts';

/** What a form may change of a profile. */
type Fields = Parameters<ReturnType<typeof useApi>['updateMe']>[0] & Partial<Profile>;

/**
 * Saves a form that was filled in with a profile: what the form has changed of it, and nothing when it has changed
 * nothing. The other screens see it at once.
 */
export function useSaveProfile(me: Profile): (now: Fields) => Promise<void> {
  const api = useApi();
  const queries = useQueryClient();
  const [filledIn, setFilledIn] = useState(me); // the fields do not follow what is read later
  return async (now) => {
    const changes = changesOf(filledIn, now);
    if (Object.keys(changes).length === 0) return;
    const saved = await api.updateMe(changes);
    setFilledIn(saved);
    queries.setQueryData(['me'], saved);
  };
}
