import { newId } from '#core/ids.ts';
import type { Tx } from '#core/transaction.ts';

/** Two people of one round, as their participants' rows know them. */
export interface Pairing {
  a: Side;
  b: Side;
  roundId: string;
}

interface Side {
  user_id: string;
  device_id: string;
  session_id: string;
}

/** Until when two people are kept apart: for the session of whoever it is remembered for, or until an instant. */
export type Term = { session: true } | { until: Date };

/**
 * Keeps two people apart, either for as long as their sessions last or until an instant. Accounts and devices
 * are both remembered; the matchmaker looks in either direction.
 */
export async function exclude(
  tx: Tx,
  { a, b, roundId }: Pairing,
  reason: 'met' | 'not_joined',
  term: Term,
): Promise<void> {
  await excludeOneWay(tx, a, b, roundId, reason, term);
  await excludeOneWay(tx, b, a, roundId, reason, term);
}

/** As `exclude`, remembered on behalf of one of the two. */
export async function excludeOneWay(
  tx: Tx,
  me: Side,
  other: Side,
  roundId: string,
  reason: 'met' | 'not_joined' | 'skip_vote',
  term: Term,
): Promise<void> {
  await tx.sql(
    `INSERT INTO exclusions (id, user_id, device_id, other_user_id, other_device_id, round_id, reason, session_id, until)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [
      newId(),
      me.user_id,
      me.device_id,
      other.user_id,
      other.device_id,
      roundId,
      reason,
      'session' in term ? me.session_id : null,
      'session' in term ? null : term.until,
    ],
  );
}

/**
 * Makes void whatever pairing has been decided but not committed for these people and whoever sits at these
 * devices. Nobody can see it: a version would tell a person that something has happened to them.
 */
export async function voidPairings(
  tx: Tx,
  userIds: readonly string[],
  deviceIds: readonly string[],
): Promise<void> {
  await tx.sql(
    `UPDATE journeys j SET guard = j.guard + 1
       FROM (SELECT user_id FROM journeys WHERE user_id = ANY($1::uuid[]) OR device_id = ANY($2::uuid[])
              ORDER BY user_id FOR UPDATE) k
      WHERE j.user_id = k.user_id`,
    [userIds, deviceIds],
  );
}
