import type { Profile } from '../../api/wire.ts';

/** What a form has changed of the profile that it was filled in with: only that is sent. */
export function changesOf<Fields extends Partial<Profile>>(before: Profile, now: Fields): Partial<Fields> {
  const isChanged = ([field, value]: [string, unknown]) =>
    JSON.stringify(value) !== JSON.stringify(before[field as keyof Profile]);
  return Object.fromEntries(Object.entries(now).filter(isChanged)) as Partial<Fields>;
}
