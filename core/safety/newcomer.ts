import { clock } from '#core/clock.ts';
import { Problem } from '#core/errors.ts';
import { logDeed } from '#core/audit/log.ts';
import { namesOf } from '#core/audit/names.ts';
import { rules } from '#core/rules.ts';
import { transaction, type Tx } from '#core/transaction.ts';
import { sql } from '#db/postgres.ts';
import { networkOf } from './network.ts';
import { holdsAt } from '#core/restrictions/restricted.ts';

/*
 * A network alone never forbids anything: a school or a mobile carrier puts a thousand people behind one address. Where
 * two restricted devices came from lately, more is asked of devices that were never seen before: an account with an
 * e-mail, or a moderator's yes, and ten minutes before the first pairing. That makes a new guest no quick way around a
 * restriction, and locks no one out.
 */

const { newcomers } = rules.moderation;

/**
 * SQL: the restricted devices that were last used from these networks, and until when each of them counts: a day from
 * its restriction on, or until that is over. A hold does not count: no moderator has decided it yet.
 */
const restrictedDevices = (networks: string, now: string, since: string): string => `
  SELECT t.subject AS network, v.id, max(least(r.created_at + make_interval(hours => ${newcomers.watchedHours}),
                                              coalesce(r.until, 'infinity'))) AS expires
    FROM restriction_reach t
    JOIN restrictions r ON r.id = t.restriction_id
    JOIN restriction_reach d ON d.restriction_id = r.id AND d.how = 'device'
    JOIN devices v ON v.id = d.subject AND v.network = t.subject
   WHERE t.how = 'network' AND ${networks} AND r.created_at > ${since} AND NOT r.hold AND ${holdsAt(now)}
   GROUP BY t.subject, v.id`;

const watchedSince = (now: Date): Date => clock.after(-newcomers.watchedHours * 3600, now);

/** The networks of an address: a device was noted up to a day before its restriction, which is up to a day ago. */
const networksOf = (address: string, now: Date): string[] =>
  [0, 24, 48].map((hours) => networkOf(address, clock.after(-hours * 3600, now)));

/** Until when more is asked of newcomers from this address; null: nothing is. */
async function watchedUntil(address: string, now: Date, tx?: Tx): Promise<Date | null> {
  const [second] = await sql<{ expires: Date }>(
    `SELECT expires FROM (SELECT id, max(expires) AS expires
                            FROM (${restrictedDevices('t.subject = ANY($1::uuid[])', '$2::timestamptz', '$3')}) AS d
                           GROUP BY id) AS devices
      ORDER BY expires DESC OFFSET ${newcomers.restrictedDevices - 1} LIMIT 1`,
    [networksOf(address, now), now, watchedSince(now)],
    tx?.raw,
  );
  return second?.expires ?? null;
}

/** What a person who comes in on a new device from this address has to expect: the first page says it. */
export async function entryFrom(address: string) {
  const until = await watchedUntil(address, clock.now());
  return {
    more_asked: until !== null,
    until,
    first_pairing_after_seconds: until === null ? 0 : newcomers.firstPairingAfterSeconds,
  };
}

/** Notes what is asked of a device that was never seen before, if it comes from a network that is watched. */
export async function greetNewcomer(tx: Tx, deviceId: string, address: string): Promise<void> {
  const until = await watchedUntil(address, tx.now, tx);
  if (until === null) return;
  await tx.sql(
    `WITH newcomer AS (
       INSERT INTO newcomers (device_id, network, arrived_at, until) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING
     )
     UPDATE devices SET cooldown_until = $5 WHERE id = $1`,
    [
      ...[deviceId, networkOf(address, tx.now), tx.now, until],
      clock.after(newcomers.firstPairingAfterSeconds, tx.now),
    ],
  );
}

/** The networks that are watched, and the newcomers from them of whom more is asked, newest first: for moderators. */
export async function listNewcomers() {
  const now = clock.now();
  const networks = await sql<{ network: string; restricted_devices: number; until: Date }>(
    `SELECT network, count(*)::integer AS restricted_devices,
            (array_agg(expires ORDER BY expires DESC))[${newcomers.restrictedDevices}] AS until
       FROM (${restrictedDevices('true', '$1::timestamptz', '$2')}) AS d
      GROUP BY network HAVING count(*) >= ${newcomers.restrictedDevices} ORDER BY until DESC`,
    [now, watchedSince(now)],
  );
  const people = await sql<Newcomer>(
    `SELECT n.device_id, n.network, n.arrived_at, n.until, n.let_in_at, n.let_in_by, u.id AS user_id, u.display_name, u.kind
       FROM newcomers n
       LEFT JOIN LATERAL (SELECT id, display_name, kind FROM users WHERE device_id = n.device_id
                           ORDER BY created_at DESC LIMIT 1) AS u ON true
      WHERE n.until > $1 ORDER BY n.arrived_at DESC, n.device_id LIMIT ${newcomers.listed}`,
    [now],
  );
  return { networks, newcomers: people, names: await namesOf(people.map((one) => one.let_in_by)) };
}

interface Newcomer {
  device_id: string;
  network: string;
  arrived_at: Date;
  until: Date;
  let_in_at: Date | null;
  let_in_by: string | null;
  user_id: string | null;
  display_name: string | null;
  kind: 'guest' | 'member' | null;
}

/**
 * A moderator says yes to a newcomer: no account is asked of them any more. Repeating it changes nothing.
 * @throws `not_found` for a device of which nothing is asked
 */
export const letIn = (deviceId: string, by: string): Promise<void> =>
  transaction(async (tx) => {
    const row = await tx.one<{ let_in_at: Date | null; user_id: string | null }>(
      `SELECT let_in_at, (SELECT id FROM users WHERE device_id = $1 ORDER BY created_at DESC LIMIT 1) AS user_id
         FROM newcomers WHERE device_id = $1 AND until > $2 FOR UPDATE`,
      [deviceId, tx.now],
    );
    if (!row) throw new Problem('not_found', 'No such newcomer');
    if (row.let_in_at !== null) return;
    await tx.sql('UPDATE newcomers SET let_in_at = $2, let_in_by = $3 WHERE device_id = $1', [
      ...[deviceId, tx.now, by],
    ]);
    const details = { device_id: deviceId };
    await logDeed(tx, { actor: by, action: 'let_in', subject: row.user_id, details });
  });
