import { transaction } from '#core/transaction.ts';
import { isLive, lockRound, participantOf } from './round.ts';

/**
 * A page was left. The partner is released when nothing is heard of this person within the grace; any request
 * of theirs that comes in meanwhile takes the leave back.
 * @param epoch the join that is left: an older one's farewell means nothing, since a newer page is open
 * @throws `not_found` for an unknown or a stranger's round
 */
export async function leave(userId: string, roundId: string, epoch: number): Promise<void> {
  await transaction(async (tx) => {
    const { round, participants } = await lockRound(tx, roundId, userId);
    if (!isLive(round) || participantOf(participants, userId).epoch !== epoch) return;
    // The last farewell counts: they may have come back from an earlier one, which nobody has noticed yet.
    await tx.sql('UPDATE round_participants SET left_at = $3 WHERE round_id = $1 AND user_id = $2', [
      roundId,
      userId,
      tx.now,
    ]);
  });
}
