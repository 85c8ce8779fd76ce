import { sql } from '#db/postgres.ts';
import { LostUpdate } from '#core/journey/advance.ts';
import { lockBoth, lockRound, type LockedRound } from '#core/rounds/round.ts';
import type { Tx } from '#core/transaction.ts';

/** What a flag or a block of a round's partner would find. */
export interface Found {
  ended_at: Date | null;
  /** The caller's flag of this round, if there is one. */
  flag_id: string | null;
  /** The caller's block of the partner, on the partner's device of this round, if there is one. */
  block_id: string | null;
  /** The two are in a live round, this one or a later one, or decide on this one, or have a match of it to see. */
  touches_partner: boolean;
}

/**
 * Reads, without a lock, what a flag or a block of this round would find.
 * @returns undefined when there is no such round, or the user is not in it
 */
export async function findBefore(
  userId: string,
  roundId: string,
  now: Date,
  tx?: Tx,
): Promise<Found | undefined> {
  const [row] = await sql<Found>(findStatement, [roundId, userId, now], tx?.raw);
  return row;
}

const findStatement = `
  SELECT r.ended_at, f.id AS flag_id, b.id AS block_id,
         EXISTS (SELECT 1 FROM rounds l
                  WHERE l.user1_id = r.user1_id AND l.user2_id = r.user2_id AND l.status IN ('waiting', 'active'))
           OR (r.settled_at IS NULL AND r.decide_until > $3 AND d.decision IS DISTINCT FROM 'skip')
           OR EXISTS (SELECT 1 FROM journeys j
                       WHERE j.user_id IN (r.user1_id, r.user2_id) AND r.id = ANY (j.match_notices)) AS touches_partner
    FROM rounds r
    JOIN round_participants p ON p.round_id = r.id AND p.user_id IS DISTINCT FROM $2
    LEFT JOIN flags f ON f.round_id = r.id AND f.reporter_id = $2
    LEFT JOIN blocks b ON b.blocker_id = $2 AND b.blocked_id = p.user_id AND b.blocked_device_id = p.device_id
    LEFT JOIN decisions d ON d.round_id = r.id AND d.user_id = $2
   WHERE r.id = $1 AND (r.user1_id = $2 OR r.user2_id = $2)`;

/** What a command has read before it locks. */
export interface Attempt {
  before: Found | undefined;
}

/** Whether a block of this round's partner has nothing left to change. */
export const isHidden = ({ block_id, touches_partner }: Found): boolean =>
  block_id !== null && !touches_partner;

/**
 * Locks what a flag or a block changes: both people while it touches the partner, else the caller alone. A person
 * whose row is locked is skipped by the matchmaker, so nobody may lock the row of someone they are not with.
 * @param attempt what `findBefore` has read; read again, so that a repeated transaction takes the right locks
 * @throws LostUpdate when the two were paired, or matched, since: the transaction is repeated
 */
export async function lockToHide(
  tx: Tx,
  roundId: string,
  userId: string,
  attempt: Attempt,
): Promise<LockedRound> {
  if (attempt.before?.touches_partner) return lockBoth(tx, roundId, userId);
  const locked = await lockRound(tx, roundId, userId);
  // With the caller's journey locked the two can be neither paired nor matched: what is read now stays true.
  attempt.before = await findBefore(userId, roundId, tx.now, tx);
  if (attempt.before?.touches_partner)
    throw new LostUpdate('The two came together between the look and the lock');
  return locked;
}
