import { advance, saveJourneys } from '#core/journey/advance.ts';
import { admitVoters } from '#core/matching/voters.ts';
import type { LockedRound } from '#core/rounds/round.ts';
import type { Tx } from '#core/transaction.ts';

/**
 * Whoever blocks or flags while a round is being decided has said no, whatever they had said before. Nothing
 * happens once the round is settled, or when it did not end by the clock.
 */
export async function withdrawVote(tx: Tx, { round, journeys }: LockedRound, userId: string): Promise<void> {
  if (round.settled_at || !round.decide_until || tx.now >= round.decide_until) return;
  const [vote] = await tx.sql<{ isNew: boolean }>(
    `INSERT INTO decisions (round_id, user_id, decision, decided_at) VALUES ($1, $2, 'skip', $3)
     ON CONFLICT (round_id, user_id) DO UPDATE SET decision = 'skip', decided_at = excluded.decided_at
       WHERE decisions.decision <> 'skip'
     RETURNING xmax = 0 AS "isNew"`,
    [round.id, userId, tx.now],
  );
  const journey = journeys.get(userId);
  if (journey?.state === 'DECIDING' && journey.round_id === round.id) {
    advance(journey, 'voted', { waiting_since: tx.now, voted_round_id: round.id });
    await saveJourneys(tx, [journey]);
  }
  if (vote?.isNew) await admitVoters(tx, round, 2, tx.now);
}
