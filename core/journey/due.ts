import { endRoundByClock } from '#core/rounds/end.ts';
import { settle } from '#core/decisions/settle.ts';
import { catchUp } from './publish.ts';
import type { View } from './view.ts';

/**
 * The read rule, third line of defence of DESIGN section 4: whoever reads past a deadline sees the round as
 * over, because reading ends it.
 * @param nowMs the instant of reading, ms
 * @returns whether the person has moved, and their view must be read again
 */
export async function whenDue(view: View, nowMs: number): Promise<boolean> {
  const { state, round } = view;
  if (round === null) return false;
  if (state === 'IN_CALL' && nowMs >= round.deadline_ms) await endRoundByClock(round.id);
  else if (state === 'DECIDING' && nowMs >= round.decide_until_ms) await settle(round.id);
  else return false;
  return catchUp(view);
}
