import { journeyIfAny, type Draft, type DraftRound } from '#core/commands/draft.ts';
import { advance } from '#core/journey/advance.ts';
import { admitVoters } from './voters.ts';

/**
 * A person who blocks or flags while a round is being decided has said no, even if they had said yes before. Nothing
 * happens once the round is settled, or when it did not end by the clock.
 */
export function withdrawVote(draft: Draft, seen: DraftRound, userId: string): void {
  const { round, votes } = seen;
  if (round.settled_at || !round.decide_until || draft.now >= round.decide_until) return;
  const before = votes.get(userId);
  if (before?.decision !== 'skip')
    votes.set(userId, {
      ...{ round_id: round.id, user_id: userId, ratings: null, ...before },
      ...{ decision: 'skip', decided_at: draft.now },
    });
  const journey = journeyIfAny(draft, userId);
  if (journey?.state === 'DECIDING' && journey.round_id === round.id)
    advance(journey, 'voted', { waiting_since: draft.now, voted_round_id: round.id });
  if (!before) admitVoters(draft, seen, 2, draft.now);
}
