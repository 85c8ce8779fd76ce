import type { ownRestrictions } from '#core/wire/restrictions.ts';
import type { Answer } from '../../api/wire.ts';

/** Everything that was ever imposed on somebody. */
export type OwnRestrictions = Answer<typeof ownRestrictions>;
/** A restriction or warning, with what became of one's appeal. */
export type Statement = OwnRestrictions['restrictions'][number];

const answerShownMs = 7 * 24 * 3600_000;

/** Whether somebody is told of it now: it holds, it is a warning that they have not read, or their appeal is news. */
export function isToldOf({ active, what, seen_at, my_appeal }: Statement, nowMs: number): boolean {
  if (active || (what === 'warning' && seen_at === null)) return true;
  if (my_appeal === null) return false;
  return my_appeal.answered_at === null || nowMs - Date.parse(my_appeal.answered_at) < answerShownMs;
}
