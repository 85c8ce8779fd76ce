import type { Transaction } from 'sequelize';
import { anyOf, prepared, sql } from '#db/postgres.ts';
import { groupBy } from '#core/groupBy.ts';
import type { Journey } from '#core/journey/advance.ts';
import type { Decision, Ratings } from '#core/rules.ts';
import { holdsAt, statementColumns } from '#core/restrictions/restricted.ts';
import type { StatementRow } from '#core/restrictions/statement.ts';
import type { Stranger } from '#core/present.ts';
import type { Participant, Round } from './round.ts';

/** Which rows a command must see: ids. */
export interface Needs {
  /** Their journeys, devices and accounts, other people at those devices, what restricts them, the round each is in. */
  people?: readonly string[];
  /** These devices, the people at them, and what restricts and is asked of them. */
  devices?: readonly string[];
  /** With their participants, votes and blocks between the two, and the journeys and devices of both. */
  rounds?: readonly string[];
  sessions?: readonly string[];
  idempotencyKeys?: readonly { scope: string; key: string }[];
}

/** A journey as it was read. `guard` is compared when something is decided on it. */
export type JourneyFact = Omit<Journey, 'events'> & {
  guard: number;
  changed_at: Date;
  published_version: number;
} & Shown;

/** What only the person's view shows. */
export interface Shown {
  /** User ids of those whom they have met in this session. */
  met: string[];
  /** When the window of the round that they voted on last closes. */
  voted_until: Date | null;
  /** By round: with whom each match is that they have not seen. */
  match_names: Record<string, string> | null;
}

export interface DeviceFact {
  id: string;
  guard: number;
  early_exits: number;
  cooldown_until: Date | null;
}

/** A round owns its participants and votes, and the blocks between the two are read with it. */
export interface RoundFact {
  round: Round & { guard: number };
  /** In the order of their user ids. */
  participants: readonly Participant[];
  /** By user id. */
  votes: ReadonlyMap<string, Vote>;
  /** When the later block between the two was made; null when neither has blocked the other. */
  blocked_at: Date | null;
  score: number;
  score_parts: Record<string, number>;
  matched_topics: string[];
}

export interface Vote {
  round_id: string;
  user_id: string;
  decision: Decision;
  ratings: Ratings | null;
  decided_at: Date;
}

export interface SessionFact {
  id: string;
  user_id: string;
  status: 'active' | 'paused' | 'ended';
}

export interface AccountFact extends Stranger {
  id: string;
  kind: 'guest' | 'member';
  cell: string | null;
}

export interface IdempotencyFact {
  scope: string;
  key: string;
  fingerprint: string;
  result: unknown;
  created_at: Date;
}

/** What commands decide on, read by one statement. Read-only. */
export interface Facts {
  journeys: ReadonlyMap<string, JourneyFact>;
  devices: ReadonlyMap<string, DeviceFact>;
  rounds: ReadonlyMap<string, RoundFact>;
  sessions: ReadonlyMap<string, SessionFact>;
  accounts: ReadonlyMap<string, AccountFact>;
  /** By the account or device that they reach: the restrictions that hold. */
  restrictions: ReadonlyMap<string, readonly StatementRow[]>;
  /** By device: until when a guest on it needs an account with an e-mail address; see safety/accountNeeded.ts. */
  newcomers: ReadonlyMap<string, Date>;
  idempotencyKeys: readonly IdempotencyFact[];
}

interface Read {
  journeys: JourneyFact[];
  devices: DeviceFact[];
  rounds: (Round & { guard: number } & Omit<RoundFact, 'round' | 'participants' | 'votes'>)[];
  participants: Participant[];
  votes: Vote[];
  sessions: SessionFact[];
  accounts: AccountFact[];
  restrictions: (StatementRow & { subject: string })[];
  newcomers: { device_id: string; until: string }[];
  idempotency: IdempotencyFact[];
}

/**
 * Reads what several commands need, in one statement and without a lock: what is decided on it holds only if no guard
 * has changed when it is committed.
 * @param now at which restrictions must hold
 * @param transaction one that has locked what is read
 */
export async function load(needs: readonly Needs[], now: Date, transaction?: Transaction): Promise<Facts> {
  const keys = needs.flatMap((one) => one.idempotencyKeys ?? []);
  const [row] = await sql<Read>(
    statement,
    [
      needs.flatMap((one) => one.people ?? []),
      needs.flatMap((one) => one.devices ?? []),
      needs.flatMap((one) => one.rounds ?? []),
      needs.flatMap((one) => one.sessions ?? []),
      keys.map(({ scope }) => scope),
      keys.map(({ key }) => key),
      now,
    ],
    transaction,
  );
  if (!row) throw new Error('The statement of load returned no row');
  return {
    journeys: byId('user_id', row.journeys.map(withInstants)),
    devices: byId('id', row.devices.map(withInstants)),
    rounds: roundsOf(row),
    sessions: byId('id', row.sessions),
    accounts: byId('id', row.accounts),
    restrictions: groupBy(row.restrictions, (one) => one.subject),
    newcomers: new Map(row.newcomers.map(({ device_id, until }) => [device_id, new Date(until)])),
    idempotencyKeys: row.idempotency.map(withInstants),
  };
}

function roundsOf(row: Read): Map<string, RoundFact> {
  const participants = groupBy(row.participants.map(withInstants), (one) => one.round_id);
  const votes = groupBy(row.votes.map(withInstants), (one) => one.round_id);
  return new Map(
    row.rounds.map(withInstants).map(({ blocked_at, score, score_parts, matched_topics, ...round }) => [
      round.id,
      {
        round,
        participants: participants.get(round.id) ?? [],
        votes: byId('user_id', votes.get(round.id) ?? []),
        ...{ blocked_at, score, score_parts, matched_topics },
      },
    ]),
  );
}

/** A view tells of no more people met. */
const mostMet = 200;

const statement = prepared(`
  WITH own AS MATERIALIZED (
    SELECT user_id, device_id, round_id FROM journeys WHERE user_id = ${anyOf('$1::uuid[]')}
  ), at_device AS MATERIALIZED (
    SELECT device_id AS id FROM own UNION SELECT unnest($2::uuid[])
  ), r AS MATERIALIZED (
    SELECT id, guard, pool, mode, status, user1_id, user2_id, matched_at, ack_deadline_at, join_deadline_at, started_at,
           deadline_at, ended_at, end_reason, ended_by, decide_until, settled_at, mutual_at, score, score_parts,
           matched_topics,
           greatest((SELECT b.created_at FROM blocks b WHERE b.blocker_id = user1_id AND b.blocked_id = user2_id),
                    (SELECT b.created_at FROM blocks b WHERE b.blocker_id = user2_id AND b.blocked_id = user1_id)) AS blocked_at
      FROM rounds
     WHERE id = ANY (ARRAY(SELECT unnest($3::uuid[]) UNION SELECT round_id FROM own))
  ), p AS (
    SELECT round_id, user_id, session_id, device_id, live, acknowledged_at, joined_at, epoch, left_at
      FROM round_participants WHERE round_id = ANY (ARRAY(SELECT id FROM r)) ORDER BY user_id
  ), v AS (
    SELECT round_id, user_id, decision, ratings, decided_at
      FROM decisions WHERE round_id = ANY (ARRAY(SELECT id FROM r))
  ), j AS MATERIALIZED (
    SELECT user_id, device_id, pool, state, version, guard, session_id, round_id, waiting_since, parked, pause_asked,
           notice, match_notices, match_notice_version, early_exits, cooldown_until, voted_round_id, last_seen_at, changed_at,
           published_version,
           ARRAY(SELECT e.other_user_id FROM exclusions e
                  WHERE e.session_id = o.session_id AND e.user_id = o.user_id AND e.reason = 'met' LIMIT ${mostMet}) AS met,
           (SELECT v.decide_until FROM rounds v WHERE v.id = o.voted_round_id) AS voted_until,
           (SELECT jsonb_object_agg(m.id, u.display_name) FROM rounds m
              JOIN users u ON u.id = CASE WHEN m.user1_id = o.user_id THEN m.user2_id ELSE m.user1_id END
             WHERE m.id = ANY (o.match_notices)) AS match_names
      FROM journeys o
     WHERE user_id = ANY (ARRAY(SELECT user_id FROM own UNION SELECT user1_id FROM r UNION SELECT user2_id FROM r))
        OR device_id = ANY (ARRAY(SELECT id FROM at_device))
  ), d AS (
    SELECT id, guard, early_exits, cooldown_until FROM devices
     WHERE id = ANY (ARRAY(SELECT device_id FROM j UNION SELECT id FROM at_device))
  ), s AS (
    SELECT id, user_id, status FROM sessions WHERE id = ${anyOf('$4::uuid[]')}
  ), a AS (
    SELECT id, kind, cell, display_name, birth_date, bio, interests FROM users
     WHERE id = ANY (ARRAY(SELECT unnest($1::uuid[]) UNION SELECT user1_id FROM r UNION SELECT user2_id FROM r))
  ), x AS (
    SELECT t.subject, ${statementColumns}
      FROM restriction_reach t JOIN restrictions r ON r.id = t.restriction_id
     WHERE t.subject = ANY (ARRAY(SELECT unnest($1::uuid[]) UNION SELECT id FROM at_device
                                  UNION SELECT user_id FROM j UNION SELECT device_id FROM j))
       AND ${holdsAt('$7::timestamptz')}
     ORDER BY r.until DESC NULLS FIRST, t.how
  ), n AS (
    SELECT device_id, until FROM newcomers
     WHERE device_id = ANY (ARRAY(SELECT id FROM at_device)) AND until > $7::timestamptz AND let_in_at IS NULL
  ), k AS (
    SELECT scope, key, fingerprint, result, created_at FROM idempotency_keys
     WHERE (scope, key) IN (SELECT * FROM unnest($5::text[], $6::text[]))
  )
  SELECT (SELECT coalesce(jsonb_agg(j), '[]') FROM j) AS journeys,
         (SELECT coalesce(jsonb_agg(d), '[]') FROM d) AS devices,
         (SELECT coalesce(jsonb_agg(r), '[]') FROM r) AS rounds,
         (SELECT coalesce(jsonb_agg(p), '[]') FROM p) AS participants,
         (SELECT coalesce(jsonb_agg(v), '[]') FROM v) AS votes,
         (SELECT coalesce(jsonb_agg(s), '[]') FROM s) AS sessions,
         (SELECT coalesce(jsonb_agg(a), '[]') FROM a) AS accounts,
         (SELECT coalesce(jsonb_agg(x), '[]') FROM x) AS restrictions,
         (SELECT coalesce(jsonb_agg(n), '[]') FROM n) AS newcomers,
         (SELECT coalesce(jsonb_agg(k), '[]') FROM k) AS idempotency`);

/** Instants come as text, since the rows come as JSON. */
function withInstants<Row extends object>(row: Row): Row {
  for (const [column, value] of Object.entries(row))
    if (typeof value === 'string' && /_(at|until|since)$/.test(column))
      Reflect.set(row, column, new Date(value));
  return row;
}

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
