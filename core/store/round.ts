import { Problem, found } from '#core/errors.ts';
import type { EndReason, RoundStatus } from '#core/journey/journey.ts';
import type { RoundMode } from '#core/rules.ts';

/** A row of `rounds`. */
export interface Round {
  id: string;
  pool: string;
  mode: RoundMode;
  status: RoundStatus;
  user1_id: string;
  user2_id: string;
  matched_at: Date;
  ack_deadline_at: Date;
  join_deadline_at: Date;
  started_at: Date | null;
  deadline_at: Date | null;
  ended_at: Date | null;
  end_reason: EndReason | null;
  ended_by: string | null;
  decide_until: Date | null;
  settled_at: Date | null;
  mutual_at: Date | null;
}

/** A row of `round_participants`. */
export interface Participant {
  round_id: string;
  user_id: string;
  session_id: string;
  device_id: string;
  live: boolean;
  acknowledged_at: Date | null;
  joined_at: Date | null;
  epoch: number;
  left_at: Date | null;
}

export const isLive = (round: Pick<Round, 'status'>): boolean =>
  round.status === 'waiting' || round.status === 'active';

/** Whether the round has run its whole time, noticed or not. */
export const isOver = (round: Pick<Round, 'deadline_at'>, now: Date): boolean =>
  round.deadline_at !== null && now >= round.deadline_at;

/** Whether votes are taken: the clock ended it, the window is open, and it is not settled. */
export const isDeciding = (round: Round, now: Date): boolean =>
  round.end_reason === 'clock' &&
  round.decide_until !== null &&
  now < round.decide_until &&
  !round.settled_at;

export const partnerOf = (round: Pick<Round, 'user1_id' | 'user2_id'>, userId: string): string =>
  round.user1_id === userId ? round.user2_id : round.user1_id;

/** @throws `not_found` for a stranger's round */
export function refuseStranger(round: Pick<Round, 'user1_id' | 'user2_id'>, userId: string): void {
  if (round.user1_id !== userId && round.user2_id !== userId) throw new Problem('not_found', 'No such round');
}

/** The other participant's row. */
export const otherThan = (participants: readonly Participant[], userId: string): Participant =>
  found(
    participants.find((one) => one.user_id !== userId),
    'participant',
  );

export const participantOf = (participants: readonly Participant[], userId: string): Participant =>
  found(
    participants.find((one) => one.user_id === userId),
    'participant',
  );
