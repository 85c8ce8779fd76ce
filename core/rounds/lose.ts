import { transaction } from '#core/transaction.ts';
import { endRound } from './end.ts';
import { isLive, lockRound } from './round.ts';
import type { EndReason } from '#core/journey/journey.ts';

/**
 * Ends a round because of somebody's silence, if it is still as it was when they were judged. It is the sweeper that
 * does: its effects are left to themselves.
 * @param by whose silence
 * @param unless looks at the locked round and says whether the judgement no longer holds
 */
export async function endBySilence(
  roundId: string,
  reason: Extract<EndReason, 'left' | 'stale' | 'not_joined' | 'not_acknowledged'>,
  by: readonly string[],
  unless: (locked: Awaited<ReturnType<typeof lockRound>>) => boolean = () => false,
): Promise<void> {
  await transaction(async (tx) => {
    const locked = await lockRound(tx, roundId);
    if (!isLive(locked.round) || unless(locked)) return;
    await endRound(tx, locked, { reason, by });
  }, 'left');
}
