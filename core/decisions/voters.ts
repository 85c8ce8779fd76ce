import { keys } from '#db/keys.ts';
import { redis } from '#db/redis.ts';
import { journeyIfAny, touchJourney, type Draft, type DraftRound } from '#core/commands/draft.ts';

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

/**
 * Lets the voters of a round into the pool if so many votes are in. Their wait begins at `since`. Their views stay as
 * they are: a new version would tell one of them when the other voted. The message is the same whether or not there is
 * a person to admit.
 * @param count 2 after a vote, 1 when the window has closed
 */
export function admitVoters(draft: Draft, { round, votes }: DraftRound, count: 1 | 2, since: Date): void {
  const two = [round.user1_id, round.user2_id];
  draft.effects.push(async () => void (await redis.publish(keys.arrivals(round.pool), two.join(' '))));
  if (votes.size !== count) return;
  for (const userId of two) {
    const journey = journeyIfAny(draft, userId);
    if (journey?.voted_round_id === round.id && journey.state === 'WAITING') {
      journey.waiting_since = since;
      touchJourney(draft, userId); // `changed_at` lets the matchmaker find them although the message was lost
    }
  }
}
