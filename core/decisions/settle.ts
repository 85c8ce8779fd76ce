import { transaction, type Effects, type Tx } from '#core/transaction.ts';
import { advance, saveJourneys, type Journey } from '#core/journey/advance.ts';
import { admitVoters } from '#core/matching/voters.ts';
import { lockRound, partnerOf, type Round } from '#core/rounds/round.ts';
import type { Ratings } from '#core/rules.ts';

/**
 * Closes the decision window of a round: whoever has said nothing goes back to the pool, and what was not
 * mutual is passed, whatever was said, so that all such endings look the same.
 */
export async function settle(roundId: string, effects?: Effects): Promise<void> {
  await transaction(async (tx) => {
    const { round, journeys } = await lockRound(tx, roundId);
    if (round.settled_at) return dismiss(tx, journeys.values(), round);
    if (!round.decide_until || tx.now < round.decide_until) return;
    await tx.sql(`UPDATE rounds SET status = 'passed', settled_at = $2 WHERE id = $1`, [roundId, tx.now]);
    await takeRatings(tx, round);
    await dismiss(tx, journeys.values(), round);
    await admitVoters(tx, round, 1, round.decide_until);
  }, effects);
}

/** Lets those go who still sit in front of the decision. */
async function dismiss(tx: Tx, journeys: Iterable<Journey>, round: Round): Promise<void> {
  const deciding = [...journeys].filter((one) => one.state === 'DECIDING' && one.round_id === round.id);
  for (const journey of deciding) advance(journey, 'window_closed', { waiting_since: round.decide_until });
  await saveJourneys(tx, deciding);
}

/** Ratings count from the settlement on, when both votes are out of reach. */
export async function takeRatings(tx: Tx, round: Round): Promise<void> {
  const rows = await tx.sql<{ user_id: string; ratings: Ratings }>(
    'SELECT user_id, ratings FROM decisions WHERE round_id = $1 AND ratings IS NOT NULL ORDER BY user_id DESC',
    [round.id],
  );
  for (const { user_id: rater, ratings } of rows) {
    const given = Object.values(ratings);
    const sum = given.reduce((total, rating) => total + rating, 0);
    await tx.sql(
      'UPDATE users SET rating_sum = rating_sum + $2, rating_count = rating_count + $3 WHERE id = $1',
      [partnerOf(round, rater), sum, given.length],
    );
  }
}
