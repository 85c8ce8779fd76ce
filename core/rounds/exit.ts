import { transaction, type Tx } from '#core/transaction.ts';
import { found } from '#core/errors.ts';
import { leaveRound } from '#core/journey/acknowledge.ts';
import { advance, saveJourneys, type Journey, type Notice } from '#core/journey/advance.ts';
import type { PublicReason, State } from '#core/journey/journey.ts';
import { publicReason } from '#core/present.ts';
import { endRound, noticeFor } from './end.ts';
import { isLive, lockRound, type Round } from './round.ts';
import type { Ending } from './outcome.ts';

/** The answer to whoever left a round: where they are now, and how it truly ended. */
export interface Exit {
  state: State;
  state_version: number;
  end_reason: PublicReason;
  notice: Notice;
  cooldown_until: Date | null;
}

/**
 * Skip: both go back to the pool. Always works, and costs waiting after five in a row. On a round that has
 * ended already it answers with the true ending.
 * @throws `not_found` for an unknown or a stranger's round
 */
export const skip = (userId: string, roundId: string): Promise<Exit> => exit(userId, roundId, 'skip');

/**
 * End: the one who ends goes home, the partner back to the pool. When the partner's ending came first, that is
 * the true ending, and the wish to go home is honoured all the same: nobody is put on camera again after End. When
 * the clock came first they may still decide, and then their search is paused.
 * @throws `not_found` for an unknown or a stranger's round
 */
export const end = (userId: string, roundId: string): Promise<Exit> => exit(userId, roundId, 'end');

async function exit(userId: string, roundId: string, reason: 'skip' | 'end'): Promise<Exit> {
  return transaction(async (tx) => {
    const locked = await lockRound(tx, roundId, userId);
    const late = !isLive(locked.round);
    const round = await endRound(tx, locked, { reason, by: [userId] });
    const journey = found(locked.journeys.get(userId), 'journey');
    if (late) await goOn(tx, journey, roundId, reason);
    if (reason === 'end') await rest(tx, journey, roundId);
    return exitOf(journey, round, tx.now);
  });
}

/**
 * The answer is the notice of an ending that came first. While that notice is the last thing that happened to
 * them, an End leads home all the same, from the pool too.
 */
async function goOn(tx: Tx, journey: Journey, roundId: string, reason: 'skip' | 'end'): Promise<void> {
  if (journey.notice?.match_id !== roundId) return;
  if (reason === 'end') advance(journey, 'end_session');
  else if (journey.state === 'DISCONNECTING') leaveRound(journey, tx.now);
  await saveJourneys(tx, [journey]);
}

/**
 * The clock came before an End: there is something to decide, and after it no search. They may take that back by
 * going on with their session.
 */
async function rest(tx: Tx, journey: Journey, roundId: string): Promise<void> {
  if (journey.state !== 'DECIDING' || journey.round_id !== roundId || journey.pause_asked) return;
  advance(journey, 'pause_asked', { pause_asked: true });
  await saveJourneys(tx, [journey]);
}

/** Where somebody is after a round, and how it ended, as they may know it. */
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
