import { command } from '#core/commands/command.ts';
import { journeyIn, roundIn, type Draft } from '#core/commands/draft.ts';
import { leaveRound } from '#core/journey/notices.ts';
import { advance, type Journey, type Notice } from '#core/journey/advance.ts';
import type { PublicReason, State } from '#core/journey/journey.ts';
import { endRound, noticeFor } from './end.ts';
import { publicReason, type Ending } from './endings.ts';
import { isLive, refuseStranger, type Round } from '#core/store/round.ts';

/** The answer to the person who left a round: where they are now, and how it truly ended. */
export interface Exit {
  state: State;
  state_version: number;
  end_reason: PublicReason;
  notice: Notice;
  cooldown_until: Date | null;
}

interface Asked {
  userId: string;
  roundId: string;
}

const needs = ({ userId, roundId }: Asked) => ({ people: [userId], rounds: [roundId] });

const skipCommand = command({ name: 'skip', needs, rule: skipRule, urgent: true });
const endCommand = command({ name: 'end', needs, rule: endRule, urgent: true });

/**
 * Skip: both go back to the pool. Always works, and costs waiting after five in a row. On a round that has
 * ended already it answers with the true ending.
 * @throws `not_found` for an unknown or a stranger's round
 */
export const skip = (userId: string, roundId: string): Promise<Exit> => skipCommand({ userId, roundId });

/**
 * End: the one who ends goes home, the partner back to the pool. When the partner's ending came first, that is
 * the true ending, and the wish to go home is honoured all the same: no one is put on camera again after End. When
 * the clock came first they may still decide, and then their search is paused.
 * @throws `not_found` for an unknown or a stranger's round
 */
export const end = (userId: string, roundId: string): Promise<Exit> => endCommand({ userId, roundId });

/** The rule of `skip`. */
export function skipRule(draft: Draft, asked: Asked): Exit {
  const { journey, round, wasLive } = exit(draft, asked, 'skip');
  if (!wasLive && isTold(journey, round) && journey.state === 'DISCONNECTING') leaveRound(journey, draft.now);
  return exitOf(journey, round, draft.now);
}

/** The rule of `end`. */
export function endRule(draft: Draft, asked: Asked): Exit {
  const { journey, round, wasLive } = exit(draft, asked, 'end');
  // While the notice of an ending that came first is the last thing that happened to them, End leads home all the same.
  if (!wasLive && isTold(journey, round)) advance(journey, 'end_session');
  // The clock came before: there is something to decide, and after it no search. They may take that back.
  if (journey.state === 'DECIDING' && journey.round_id === round.id && !journey.pause_asked)
    advance(journey, 'pause_asked', { pause_asked: true });
  return exitOf(journey, round, draft.now);
}

const isTold = (journey: Journey, round: Round): boolean => journey.notice?.match_id === round.id;

function exit(draft: Draft, { userId, roundId }: Asked, reason: 'skip' | 'end') {
  const { round } = roundIn(draft, roundId);
  refuseStranger(round, userId);
  const journey = journeyIn(draft, userId);
  const wasLive = isLive(round);
  endRound(draft, roundId, { reason, by: [userId] });
  return { journey, round, wasLive };
}

/** Where a person is after a round, and how it ended, as they may know it. */
function exitOf(journey: Journey, round: Round, now: Date): Exit {
  const ending: Ending = { reason: round.end_reason ?? 'clock', by: round.ended_by ? [round.ended_by] : [] };
  return {
    state: journey.state,
    state_version: journey.version,
    end_reason: publicReason(ending.reason),
    notice: { ...noticeFor(journey.user_id, round, ending), target_state: journey.state },
    cooldown_until: journey.cooldown_until && journey.cooldown_until > now ? journey.cooldown_until : null,
  };
}
