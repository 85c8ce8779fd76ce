import type { Transaction } from 'sequelize';
import { anyOf, prepared, sql } from '#db/postgres.ts';
import { groupBy } from '#core/groupBy.ts';
import type { Journey } from '#core/journey/advance.ts';
import { holdsAt, statementColumns } from '#core/safety/restricted.ts';
import { askedUntil } from '#core/safety/accountNeeded.ts';
import type { StatementRow } from '#core/safety/statement.ts';
import { table, tableNames, type TableName } from './tables.ts';

/** Which rows a command must see: ids. */
export interface Needs {
  /** The journeys and devices of these people, whoever shares those devices, and what restricts them. */
  people?: readonly string[];
  sessions?: readonly string[];
}

/** A journey as it was read. `guard` is compared when something is decided on it. */
export type JourneyFact = Omit<Journey, 'events'> & {
  guard: number;
  changed_at: Date;
  published_version: number;
};

export interface DeviceFact {
  id: string;
  guard: number;
  early_exits: number;
  cooldown_until: Date | null;
}

export interface SessionFact {
  id: string;
  user_id: string;
  status: 'active' | 'paused' | 'ended';
}

/** What commands decide on, read by one statement. Nobody writes to it. */
export interface Facts {
  journeys: ReadonlyMap<string, JourneyFact>;
  devices: ReadonlyMap<string, DeviceFact>;
  sessions: ReadonlyMap<string, SessionFact>;
  /** By the account, device or network that they reach: the restrictions that hold, the longest first. */
  restrictions: ReadonlyMap<string, readonly StatementRow[]>;
  /** By account: until when a newcomer needs an account with an e-mail address; see safety/accountNeeded.ts. */
  accountNeeded: ReadonlyMap<string, Date>;
}

interface Read {
  journeys: JourneyFact[];
  devices: DeviceFact[];
  sessions: SessionFact[];
  restrictions: (StatementRow & { subject: string })[];
  asked: { user_id: string; until: string }[];
}

/**
 * Reads what several commands need, in one statement and without a lock: what is decided on it holds only if no guard
 * has changed when it is committed.
 * @param now at which restrictions must hold
 * @param transaction one that has locked what is read
 */
export async function load(needs: readonly Needs[], now: Date, transaction?: Transaction): Promise<Facts> {
  const people = needs.flatMap((one) => one.people ?? []);
  const sessions = needs.flatMap((one) => one.sessions ?? []);
  const [row] = await sql<Read>(statement, [people, sessions, now], transaction);
  if (!row) throw new Error('The statement of load returned no row');
  return {
    journeys: byId(
      'user_id',
      row.journeys.map((one) => withInstants('journeys', one)),
    ),
    devices: byId(
      'id',
      row.devices.map((one) => withInstants('devices', one)),
    ),
    sessions: byId('id', row.sessions),
    restrictions: groupBy(row.restrictions, (one) => one.subject),
    accountNeeded: new Map(row.asked.map(({ user_id, until }) => [user_id, new Date(until)])),
  };
}

const statement = prepared(`
  WITH own AS MATERIALIZED (
    SELECT user_id, device_id FROM journeys WHERE user_id = ${anyOf('$1::uuid[]')}
  ), j AS MATERIALIZED (
    SELECT user_id, device_id, pool, state, version, guard, session_id, round_id, waiting_since, parked, pause_asked,
           notice, match_notices, match_notice_version, early_exits, cooldown_until, voted_round_id, last_seen_at, changed_at,
           published_version
      FROM journeys
     WHERE user_id = ${anyOf('$1::uuid[]')} OR device_id = ANY (ARRAY(SELECT device_id FROM own))
  ), d AS (
    SELECT id, guard, early_exits, cooldown_until FROM devices WHERE id = ANY (ARRAY(SELECT device_id FROM own))
  ), s AS (
    SELECT id, user_id, status FROM sessions WHERE id = ${anyOf('$2::uuid[]')}
  ), x AS (
    SELECT t.subject, ${statementColumns}
      FROM restriction_reach t JOIN restrictions r ON r.id = t.restriction_id
     WHERE t.subject = ANY (ARRAY(SELECT unnest($1::uuid[]) UNION ALL SELECT device_id FROM own))
       AND ${holdsAt('$3::timestamptz')}
     ORDER BY r.until DESC NULLS FIRST, t.how
  ), n AS (
    SELECT own.user_id, a.until
      FROM own, LATERAL (SELECT ${askedUntil('own.user_id', 'own.device_id', '$3::timestamptz')} AS until) a
     WHERE a.until IS NOT NULL
  )
  SELECT (SELECT coalesce(jsonb_agg(j), '[]') FROM j) AS journeys,
         (SELECT coalesce(jsonb_agg(d), '[]') FROM d) AS devices,
         (SELECT coalesce(jsonb_agg(s), '[]') FROM s) AS sessions,
         (SELECT coalesce(jsonb_agg(x), '[]') FROM x) AS restrictions,
         (SELECT coalesce(jsonb_agg(n), '[]') FROM n) AS asked`);

/** Instants come as text, since the rows come as JSON. */
function withInstants<Row extends object>(name: TableName, row: Row): Row {
  for (const column of instantColumns.get(name) ?? []) {
    const value: unknown = Reflect.get(row, column);
    if (typeof value === 'string') Reflect.set(row, column, new Date(value));
  }
  return row;
}

const instantColumns = new Map(
  tableNames.map((name) => {
    const columns = Object.entries(table(name).columns).filter(([, type]) => type === 'timestamptz');
    return [name, columns.map(([column]) => column)];
  }),
);

const byId = <Row extends object, Key extends keyof Row>(
  key: Key,
  rows: readonly Row[],
): Map<Row[Key], Row> => new Map(rows.map((row) => [row[key], row]));

/** Of the restrictions that reach any of these subjects at an instant, the one that holds longest; null when none does. */
export function restrictionOf(facts: Facts, subjects: readonly string[], now: Date): StatementRow | null {
  const reaching = subjects
    .flatMap((subject) => facts.restrictions.get(subject) ?? [])
    .filter(({ until }) => endOf(until) > now.getTime());
  return reaching.sort((a, b) => endOf(b.until) - endOf(a.until))[0] ?? null;
}

const endOf = (until: string | null): number => (until === null ? Infinity : Date.parse(until));
