import { clock } from '#core/clock.ts';
import { command } from '#core/commands/command.ts';
import { journeyIn, roundIn, type Draft, type DraftRound } from '#core/commands/draft.ts';
import { Problem } from '#core/errors.ts';
import { tellMatch } from '#core/journey/notices.ts';
import { advance } from '#core/journey/advance.ts';
import { excludeOneWay, voidPairings, type Term } from '#core/rounds/exclusions.ts';
import { admitVoters } from './voters.ts';
import { endRound } from '#core/rounds/end.ts';
import {
  isDeciding,
  isLive,
  isOver,
  otherThan,
  participantOf,
  partnerOf,
  refuseStranger,
  type Round,
} from '#core/store/round.ts';
import type { Decision, Ratings } from '#core/rules.ts';
import { settings } from '#core/settings.ts';
import { takeRatings } from './settle.ts';

/** What the person who voted may know: a `continue` is pending until the window closes, all else has passed. */
export type Outcome = 'pending' | 'mutual' | 'passed';

interface Asked {
  userId: string;
  roundId: string;
  decision: Decision;
  ratings: Ratings | undefined;
}

const decideCommand = command({
  name: 'decide',
  needs: ({ userId, roundId }: Asked) => ({ people: [userId], rounds: [roundId] }),
  rule: decideRule,
});

/**
 * One secret vote after a round that the clock ended. Two continues settle at once; everything else waits for
 * the window to close and changes nothing that the partner can read. Repeating a vote repeats its answer.
 * @throws `not_found` for an unknown or a stranger's round; `decision_closed` before a clock end, after any
 *   other, or after the window; `already_decided` when the vote differs from the first
 */
export const decide = (
  userId: string,
  roundId: string,
  decision: Decision,
  ratings?: Ratings,
): Promise<Outcome> => decideCommand({ userId, roundId, decision, ratings });

/** The rule of `decide`. */
export function decideRule(draft: Draft, { userId, roundId, decision, ratings }: Asked): Outcome {
  const seen = roundIn(draft, roundId);
  const { round, votes } = seen;
  refuseStranger(round, userId);
  journeyIn(draft, userId);
  if (isLive(round) && isOver(round, draft.now)) endRound(draft, roundId, { reason: 'clock', by: [] });
  const mine = votes.get(userId)?.decision;
  if (mine !== undefined && mine !== decision) throw new Problem('already_decided');
  if (mine !== undefined) return outcomeOf(round, decision);
  if (!isDeciding(round, draft.now)) throw new Problem('decision_closed');
  votes.set(userId, {
    round_id: roundId,
    user_id: userId,
    decision,
    ratings: ratings && Object.keys(ratings).length > 0 ? ratings : null,
    decided_at: draft.now,
  });
  afterVote(draft, seen, userId, decision);
  const theirs = votes.get(partnerOf(round, userId))?.decision;
  // A block that came first forbids it, silently.
  if (decision === 'continue' && theirs === 'continue' && !seen.blocked_at) makeMutual(draft, seen);
  admitVoters(draft, seen, 2, draft.now);
  return outcomeOf(round, decision);
}

/** The voter waits, outside the pool until the other has voted too; a skip keeps the two apart for a while. */
function afterVote(
  draft: Draft,
  { round, participants }: DraftRound,
  userId: string,
  decision: Decision,
): void {
  const journey = journeyIn(draft, userId);
  if (journey.state === 'DECIDING' && journey.round_id === round.id)
    advance(journey, 'voted', { waiting_since: draft.now, voted_round_id: round.id });
  if (decision !== 'skip') return;
  const me = participantOf(participants, userId);
  excludeOneWay(draft, me, otherThan(participants, userId), 'skip_vote', skipTerm(draft.now));
  voidPairings(draft, userId); // a late voter may be waiting again, and just being paired with the other
}

/** How long a skip vote keeps two people apart: so many days, or with 0 as long as the voter's session. */
export const skipTerm = (now: Date, days = settings.skipMemoryDays): Term =>
  days > 0 ? { until: clock.after(days * 24 * 3600, now) } : { session: true };

/** Both said yes. */
function makeMutual(draft: Draft, seen: DraftRound): void {
  const { round, participants } = seen;
  Object.assign(round, { mutual_at: draft.now, settled_at: draft.now });
  takeRatings(draft, seen);
  for (const { user_id } of participants) tellMatch(journeyIn(draft, user_id), round.id);
}

function outcomeOf(round: Round, decision: Decision): Outcome {
  if (round.mutual_at) return 'mutual';
  return decision === 'continue' && !round.settled_at ? 'pending' : 'passed';
}
