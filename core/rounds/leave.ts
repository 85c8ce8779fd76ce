import { command } from '#core/commands/command.ts';
import { journeyIn, roundIn, type Draft } from '#core/commands/draft.ts';
import { isLive, participantOf, refuseStranger } from '#core/store/round.ts';

interface Asked {
  userId: string;
  roundId: string;
  epoch: number;
}

const leaveCommand = command({
  name: 'leave',
  needs: ({ userId, roundId }: Asked) => ({ people: [userId], rounds: [roundId] }),
  rule: leaveRule,
});

/**
 * A page was left. The partner is released when nothing is heard of this person within the grace; any request
 * of theirs that comes in meanwhile takes the leave back.
 * @param epoch the join that is left: an older one's farewell means nothing, since a newer page is open
 * @throws `not_found` for an unknown or a stranger's round
 */
export const leave = (userId: string, roundId: string, epoch: number): Promise<void> =>
  leaveCommand({ userId, roundId, epoch });

/** The rule of `leave`. */
export function leaveRule(draft: Draft, { userId, roundId, epoch }: Asked): void {
  const { round, participants } = roundIn(draft, roundId);
  refuseStranger(round, userId);
  journeyIn(draft, userId);
  const me = participantOf(participants, userId);
  if (!isLive(round) || me.epoch !== epoch) return;
  // The last leave beacon counts: they may have come back after an earlier one without having been noticed yet.
  me.left_at = draft.now;
}
