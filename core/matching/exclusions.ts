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
  await remember(tx, [a, b], [b, a], roundId, reason, term);
}

/** As `exclude`, remembered on behalf of one of the two. */
export async function excludeOneWay(
  tx: Tx,
  me: Side,
  other: Side,
  roundId: string,
  reason: 'skip_vote',
  term: Term,
): Promise<void> {
  await remember(tx, [me], [other], roundId, reason, term);
}

async function remember(
  tx: Tx,
  whose: readonly Side[],
  whom: readonly Side[],
  roundId: string,
  reason: 'met' | 'not_joined' | 'skip_vote',
  term: Term,
): Promise<void> {
  await tx.sql(
    `INSERT INTO exclusions (id, user_id, device_id, other_user_id, other_device_id, session_id, round_id, reason, until)
     SELECT *, $7::uuid, $8, $9::timestamptz
       FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::uuid[], $6::uuid[])`,
    [
      whose.map(() => newId()),
      whose.map((side) => side.user_id),
      whose.map((side) => side.device_id),
      whom.map((side) => side.user_id),
      whom.map((side) => side.device_id),
      whose.map((side) => ('session' in term ? side.session_id : null)),
      roundId,
      reason,
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
