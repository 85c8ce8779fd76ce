import { endRoundByClock } from '#core/rounds/end.ts';
import { settle } from '#core/decisions/settle.ts';
import { catchUp } from '#core/views/publish.ts';
import type { View } from '#core/views/view.ts';

/**
 * The read rule, third line of defence of DESIGN section 4: a person who reads past a deadline sees the round as
 * over, because reading ends it.
 * @param nowMs the instant of reading, ms
 */
export const isDue = ({ state, round }: View, nowMs: number): boolean =>
  round !== null &&
  ((state === 'IN_CALL' && nowMs >= round.deadline_ms) ||
    (state === 'DECIDING' && nowMs >= round.decide_until_ms));

/**
 * Ends what is due for the person who reads this view.
 * @returns whether the person has moved, and their view must be read again
 */
export async function endDue(view: View): Promise<boolean> {
  if (view.round === null) return false;
  if (view.state === 'IN_CALL') await endRoundByClock(view.round.id);
  else await settle(view.round.id);
  return catchUp(view);
}
