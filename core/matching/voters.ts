import { keys } from '#db/keys.ts';
import { redis } from '#db/redis.ts';
import type { Tx } from '#core/transaction.ts';

/*
 * A person who has voted waits, but pairing them before the partner has voted would tell a third person (perhaps the
 * partner, on a second account) that there is a vote. `journeys.voted_round_id` names the round of their last vote in
 * this session; whether that vote still keeps them out is read from the round and its votes.
 */

/**
 * SQL: whether their vote keeps these people out of the pool, because the partner has not voted and the window is
 * open. Once false, it stays false for that vote.
 * @param journey alias of a row of `journeys`
 */
export const isHeldBack = (journey: string): string => `EXISTS (
  SELECT 1 FROM rounds v
   WHERE v.id = ${journey}.voted_round_id AND v.settled_at IS NULL
     AND (SELECT count(*) FROM decisions d WHERE d.round_id = v.id) < 2)`;

/**
 * SQL: whether a person who has voted counts as deciding, as they would if they had not.
 * @param round alias of the row of `rounds` that `voted_round_id` names (LEFT JOIN)
 * @param at parameter with the present
 */
export const countsAsDeciding = (round: string, at: string): string =>
  `(${round}.id IS NOT NULL AND (${round}.settled_at IS NULL OR ${round}.decide_until > ${at}))`;

interface DecidedRound {
  id: string;
  pool: string;
  user1_id: string;
  user2_id: string;
}

/**
 * Lets the voters of a round into the pool if so many votes are in. Their wait begins at `since`. Their views stay as
 * they are: a new version would tell one of them when the other voted. Both journeys are locked already, and saved.
 * Statement and message are the same whether or not there is anybody to admit, so that an answer takes as long.
 * @param votes 2 after a vote, 1 when the window has closed
 */
export async function admitVoters(tx: Tx, round: DecidedRound, votes: 1 | 2, since: Date): Promise<void> {
  const two = [round.user1_id, round.user2_id];
  await tx.sql(admitStatement, [round.id, two, votes, since, tx.now]);
  tx.afterCommit(async () => void (await redis.publish(keys.arrivals(round.pool), two.join(' '))));
}

/** `changed_at` lets the matchmaker find them although the message was lost. */
const admitStatement = `
  UPDATE journeys
     SET waiting_since = $4::timestamptz, guard = guard + 1, changed_at = $5::timestamptz
   WHERE user_id = ANY($2::uuid[]) AND voted_round_id = $1::uuid AND state = 'WAITING'
     AND (SELECT count(*) FROM decisions WHERE round_id = $1::uuid) = $3::integer`;
