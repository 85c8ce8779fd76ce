import type { EndReason, Move, State } from '#core/journey/journey.ts';

/** How a round ends: why, and who caused it (nobody when the clock did; both when neither came). */
export interface Ending {
  reason: EndReason;
  by: readonly string[];
  /** After a flag: where the reporter wants to go. */
  then?: 'idle' | 'waiting';
}

/** What an ending means for one of the two. */
export interface Side {
  move: Move;
  /** Where DISCONNECTING leads. */
  target: State;
  initiated: 'me' | 'partner' | 'system';
  /** The answer to their own request is their notice, so they go on at once. */
  told: boolean;
  /** It counts towards the cooldown of section 4. */
  earlyExit: boolean;
}

const moves = {
  clock: ['clock', 'clock'],
  skip: ['skip', 'partner_skip'],
  end: ['end', 'partner_end'],
  left: ['left', 'partner_left'],
  stale: ['lost', 'partner_lost'],
  not_joined: ['not_joined', 'partner_not_joined'],
  not_acknowledged: ['not_acknowledged', 'partner_not_acknowledged'],
  flag: ['flag', 'partner_flag'],
  block: ['block', 'partner_block'],
  restriction: ['restriction', 'partner_restriction'],
} as const satisfies Record<EndReason, readonly [Move, Move]>;

const earlyExits: readonly EndReason[] = ['skip', 'end', 'left', 'stale'];
const ownRequests: readonly EndReason[] = ['skip', 'end', 'flag', 'block'];
const goesHome: readonly EndReason[] = ['end', 'flag', 'restriction'];

/** The written outcome of an ending for one participant. Pure: DESIGN section 3, one row a reason. */
export function outcome(ending: Ending, userId: string): Side {
  const mine = ending.by.includes(userId);
  const goesOn = ending.reason === 'flag' && ending.then === 'waiting';
  const toIdle = mine && goesHome.includes(ending.reason) && !goesOn;
  return {
    move: mine && goesOn ? 'flag_and_go_on' : moves[ending.reason][mine ? 0 : 1],
    target: toIdle ? 'IDLE' : 'WAITING',
    initiated: ending.reason === 'clock' ? 'system' : mine ? 'me' : 'partner',
    told: mine && ownRequests.includes(ending.reason),
    earlyExit: mine && earlyExits.includes(ending.reason),
  };
}
