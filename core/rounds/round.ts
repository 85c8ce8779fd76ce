import type { Tx } from '#core/transaction.ts';
import { found, Problem } from '#core/errors.ts';
import { lockJourneys, type Journey } from '#core/journey/advance.ts';
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

/** A locked round, with the journeys that are locked: of both people, or of one who acts on a past round. */
export interface LockedRound {
  round: Round;
  participants: Participant[];
  journeys: Map<string, Journey>;
}

export const isLive = (round: Pick<Round, 'status'>): boolean =>
  round.status === 'waiting' || round.status === 'active';

/** Whether the round has run its whole time, whoever has noticed. */
export const isOver = (round: Pick<Round, 'deadline_at'>, now: Date): boolean =>
  round.deadline_at !== null && now >= round.deadline_at;

export const partnerOf = (round: Pick<Round, 'user1_id' | 'user2_id'>, userId: string): string =>
  round.user1_id === userId ? round.user2_id : round.user1_id;

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

/**
 * Locks the journeys in the order of the house, then the round. Both journeys while the round is live; of a past
 * round only the participant's own, since the matchmaker skips a person whose row is locked: requests about a past
 * round must not keep the former partner from being paired.
 * @param asParticipant when given, the round must be theirs, and their account still there: nothing is written on
 *   behalf of an account that has just been erased
 * @throws `not_found` for an unknown round, and for a stranger's; `unauthenticated` when the account is gone
 */
export const lockRound = (tx: Tx, roundId: string, asParticipant?: string): Promise<LockedRound> =>
  lock(tx, roundId, asParticipant, isLive);

/** As `lockRound`, and both journeys even when the round is past: for commands that change the partner's too. */
export const lockBoth = (tx: Tx, roundId: string, asParticipant: string): Promise<LockedRound> =>
  lock(tx, roundId, asParticipant, () => true);

async function lock(
  tx: Tx,
  roundId: string,
  asParticipant: string | undefined,
  needsBoth: (round: Pick<Round, 'status'>) => boolean,
): Promise<LockedRound> {
  const seen = found(
    await tx.one<Pick<Round, 'user1_id' | 'user2_id' | 'status'>>(
      'SELECT user1_id, user2_id, status FROM rounds WHERE id = $1',
      [roundId],
    ),
    'round',
  );
  const userIds = [seen.user1_id, seen.user2_id];
  if (asParticipant !== undefined && !userIds.includes(asParticipant))
    throw new Problem('not_found', 'No such round');
  const alone = asParticipant !== undefined && !needsBoth(seen);
  const journeys = await lockJourneys(tx, alone ? [asParticipant] : userIds);
  if (asParticipant !== undefined && !journeys.has(asParticipant))
    throw new Problem('unauthenticated', 'This account no longer exists');
  const round = await tx.one<Round>(
    `SELECT id, pool, mode, status, user1_id, user2_id, matched_at, ack_deadline_at, join_deadline_at, started_at,
            deadline_at, ended_at, end_reason, ended_by, decide_until, settled_at, mutual_at
       FROM rounds WHERE id = $1 FOR UPDATE`,
    [roundId],
  );
  const participants = await tx.sql<Participant>(
    `SELECT round_id, user_id, session_id, device_id, live, acknowledged_at, joined_at, epoch, left_at
       FROM round_participants WHERE round_id = $1 ORDER BY user_id`,
    [roundId],
  );
  return { round: found(round, 'round'), participants, journeys };
}
