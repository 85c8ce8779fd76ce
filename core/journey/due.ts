import { endRoundByClock } from '#core/rounds/end.ts';
import { settle } from '#core/decisions/settle.ts';
import { publish } from './publish.ts';
import type { View } from './view.ts';

/**
 * The read rule, third line of defence of DESIGN section 4: whoever reads past a deadline sees the round as
 * over, because reading ends it.
 * @param nowMs the instant of reading, ms
 * @returns whether the person has moved, and their view must be read again
 */
export async function whenDue({ user_id, version, state, round }: View, nowMs: number): Promise<boolean> {
  if (round === null) return false;
  if (state === 'IN_CALL' && nowMs >= round.deadline_ms) await endRoundByClock(round.id);
  else if (state === 'DECIDING' && nowMs >= round.decide_until_ms) await settle(round.id);
  else return false;
  // Somebody else may have done it, and their view may not have come out.
  const [view] = await publish([user_id]);
  return view !== undefined && view.version > version;
}
