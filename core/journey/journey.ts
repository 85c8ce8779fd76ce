/** Where a person is. */
export const states = ['IDLE', 'WAITING', 'CONNECTING', 'IN_CALL', 'DECIDING', 'DISCONNECTING'] as const;
export type State = (typeof states)[number];

/** How far a round has come: `passed` is a whole round after which the two did not both say yes. */
export const roundStatuses = ['waiting', 'active', 'completed', 'cancelled', 'passed'] as const;
export type RoundStatus = (typeof roundStatuses)[number];

/** A reason as people see it. */
export const publicReasons = ['clock', 'skip', 'end', 'left', 'stale', 'not_joined'] as const;
export type PublicReason = (typeof publicReasons)[number];

/** Why a round ended. People see fewer reasons: see rounds/endings.ts. */
export const endReasons = [
  'clock',
  'skip',
  'end',
  'left',
  'stale',
  'not_joined',
  'not_acknowledged',
  'flag',
  'block',
  'restriction',
] as const;
export type EndReason = (typeof endReasons)[number];

/**
 * THE transition table: what happens, and from which state to which. Nothing else decides a state.
 * Every ending of a round has two sides, `x` for the person who caused it and `partner_x` for the other.
 */
export const transitions = {
  start: { IDLE: 'WAITING' },
  resume: { IDLE: 'WAITING' },
  pause: { WAITING: 'IDLE' },
  end_session: { IDLE: 'IDLE', WAITING: 'IDLE', DECIDING: 'IDLE', DISCONNECTING: 'IDLE' },
  stale: { WAITING: 'IDLE', DECIDING: 'IDLE', DISCONNECTING: 'IDLE' },
  waited_too_long: { WAITING: 'IDLE' },
  restricted: { IDLE: 'IDLE', WAITING: 'IDLE', DECIDING: 'IDLE', DISCONNECTING: 'IDLE' },

  paired: { WAITING: 'CONNECTING' },
  started: { CONNECTING: 'IN_CALL' },
  clock: { IN_CALL: 'DECIDING' },
  voted: { DECIDING: 'WAITING' },
  window_closed: { DECIDING: 'WAITING' },

  not_acknowledged: { CONNECTING: 'WAITING' },
  partner_not_acknowledged: { CONNECTING: 'WAITING' },
  not_joined: { CONNECTING: 'IDLE' },
  partner_not_joined: { CONNECTING: 'WAITING' },
  skip: { CONNECTING: 'WAITING', IN_CALL: 'DISCONNECTING' },
  partner_skip: { CONNECTING: 'WAITING', IN_CALL: 'DISCONNECTING' },
  end: { CONNECTING: 'IDLE', IN_CALL: 'DISCONNECTING' },
  partner_end: { CONNECTING: 'WAITING', IN_CALL: 'DISCONNECTING' },
  left: { CONNECTING: 'IDLE', IN_CALL: 'IDLE' },
  partner_left: { CONNECTING: 'WAITING', IN_CALL: 'DISCONNECTING' },
  lost: { CONNECTING: 'IDLE', IN_CALL: 'IDLE' },
  partner_lost: { CONNECTING: 'WAITING', IN_CALL: 'DISCONNECTING' },
  flag: { CONNECTING: 'IDLE', IN_CALL: 'DISCONNECTING' },
  flag_and_go_on: { CONNECTING: 'WAITING', IN_CALL: 'DISCONNECTING' },
  partner_flag: { CONNECTING: 'WAITING', IN_CALL: 'DISCONNECTING' },
  block: { CONNECTING: 'WAITING', IN_CALL: 'DISCONNECTING' },
  partner_block: { CONNECTING: 'WAITING', IN_CALL: 'DISCONNECTING' },
  restriction: { CONNECTING: 'IDLE', IN_CALL: 'IDLE' },
  partner_restriction: { CONNECTING: 'WAITING', IN_CALL: 'DISCONNECTING' },

  requeued: { DISCONNECTING: 'WAITING' },
  retired: { DISCONNECTING: 'IDLE' },
} as const satisfies Record<string, Partial<Record<State, State>>>;

/** What changes a person's view without moving them. */
export const remarks = [
  'joined',
  'peer_joined',
  'pause_asked',
  'pause_withdrawn',
  'page_left',
  'back_in_pool',
  'notice_seen',
  'match_told',
  'match_seen',
  'excluded',
  'profile',
  'restriction_changed',
  'recovered',
] as const;

export type Move = keyof typeof transitions;
export type Remark = (typeof remarks)[number];
export type JourneyEvent = Move | Remark;

/**
 * The state to which an event leads, or null when it cannot happen there.
 * @param from where the person is
 * @param event what happens
 */
export function next(from: State, event: JourneyEvent): State | null {
  if (!(event in transitions)) return from;
  const row: Partial<Record<State, State>> = transitions[event as Move];
  return row[from] ?? null;
}

/** Whether a person in this state sits in a round that has not ended. */
export const inLiveRound = (state: State): boolean => state === 'CONNECTING' || state === 'IN_CALL';
