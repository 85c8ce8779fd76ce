import { endRoundByClock } from '#core/rounds/end.ts';
import { settle } from '#core/decisions/settle.ts';
import type { View } from './view.ts';

/**
 * The read rule, third line of defence of DESIGN section 4: whoever reads past a deadline sees the round as
 * over, because reading ends it.
 * @param nowMs the instant of reading, ms
 * @returns whether the deadline had passed and something was done about it
 */
export async function whenDue({ state, round }: View, nowMs: number): Promise<boolean> {
  if (round === null) return false;
  if (state === 'IN_CALL' && nowMs >= round.deadline_ms) return endRoundByClock(round.id);
  if (state === 'DECIDING' && nowMs >= round.decide_until_ms) return settle(round.id);
  return false;
}
