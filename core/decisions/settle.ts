import { command } from '#core/commands/command.ts';
import { journeyIfAny, roundIn, type Draft, type DraftRound } from '#core/commands/draft.ts';
import { advance } from '#core/journey/advance.ts';
import { admitVoters } from './voters.ts';
import { partnerOf } from '#core/store/round.ts';

const definition = {
  name: 'settle',
  needs: (roundId: string) => ({ rounds: [roundId] }),
  rule: settleRule,
};

/**
 * Closes the decision window of a round: a person who has said nothing goes back to the pool, and what was not
 * mutual is passed, regardless of the votes, so that all such endings look the same.
 */
export const settle = command(definition);

/** As `settle`, for the sweeper: it must not wait for a Redis that hangs. */
export const settleDue = command({ ...definition, effects: 'left' });

/** The rule of `settle`. */
export function settleRule(draft: Draft, roundId: string): void {
  const seen = roundIn(draft, roundId);
  const { round } = seen;
  if (round.settled_at) {
    dismiss(draft, seen);
    return;
  }
  if (!round.decide_until || draft.now < round.decide_until) return;
  round.status = 'passed';
  round.settled_at = draft.now;
  takeRatings(draft, seen);
  dismiss(draft, seen);
  admitVoters(draft, seen, 1, round.decide_until);
}

/** Lets those go who still sit in front of the decision. */
function dismiss(draft: Draft, { round, participants }: DraftRound): void {
  for (const { user_id } of participants) {
    const fact = draft.facts.journeys.get(user_id);
    if (fact?.state !== 'DECIDING' || fact.round_id !== round.id) continue;
    const journey = journeyIfAny(draft, user_id);
    if (journey) advance(journey, 'window_closed', { waiting_since: round.decide_until });
  }
}

/** Ratings count from the settlement on, when both votes are out of reach. */
export function takeRatings(draft: Draft, { round, votes }: DraftRound): void {
  for (const { user_id: rater, ratings } of votes.values()) {
    const given = Object.values(ratings ?? {});
    const rated = partnerOf(round, rater);
    if (given.length === 0 || !draft.facts.journeys.has(rated)) continue; // their account is gone
    const rating_sum = given.reduce((total, rating) => total + rating, 0);
    const row = { id: rated, active_at: null, rating_sum, rating_count: given.length };
    draft.writes.push({ table: 'users', how: 'update', row });
  }
}
