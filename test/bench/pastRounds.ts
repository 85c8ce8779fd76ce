import { sql } from '#db/postgres.ts';

/** How much of a past to write. */
export interface Shape {
  rounds: number;
  people: number;
  days: number;
  /** When it ends. */
  to: Date;
}

/**
 * Writes so many rounds with everything that hangs on them: participants, votes, steps, sessions, exclusions, flags.
 * By SQL alone, indexes afterwards: a million rounds come to some ten million rows.
 * @param tell is told what is being written
 */
export async function writePast(
  { rounds, people, days, to }: Shape,
  tell: (what: string) => void = () => undefined,
): Promise<void> {
  const from = new Date(to.getTime() - days * 24 * 3_600_000);
  const indexes = rounds > 100_000 ? await takeIndexesAway() : [];
  tell('people');
  await sql(deviceStatement, [people, from]);
  await sql(userStatement, [people, from]);
  for (const [what, statement, bind] of [
    ['rounds', roundStatement, [rounds, people, from, (days * 24 * 3600) / rounds]],
    ['rounds, finished', finishedStatement, []],
    ['participants', participantStatement, []],
    ['sessions', sessionStatement, []],
    ['votes', decisionStatement, []],
    ['steps', eventStatement, []],
    ['exclusions', exclusionStatement, []],
    ['flags', flagStatement, []],
  ] as const) {
    tell(what);
    await sql(statement, [...bind]);
  }
  await sql('DROP TABLE past');
  tell('indexes');
  for (const { definition } of indexes) await sql(definition);
  for (const table of [...tables, 'users']) await sql(`VACUUM ANALYZE ${table}`);
}

const tables = [
  'rounds',
  'round_participants',
  'journey_events',
  'decisions',
  'exclusions',
  'sessions',
  'flags',
];

/** Those that no constraint needs. */
async function takeIndexesAway(): Promise<{ name: string; definition: string }[]> {
  const indexes = await sql<{ name: string; definition: string }>(
    `SELECT i.indexrelid::regclass::text AS name, pg_get_indexdef(i.indexrelid) AS definition
       FROM pg_index i
      WHERE i.indrelid = ANY($1::regclass[]) AND NOT i.indisunique`,
    [tables],
  );
  for (const { name } of indexes) await sql(`DROP INDEX ${name}`);
  return indexes;
}

const uuid = (kind: string, number: string): string =>
  `('${kind}' || '-0000-7000-8000-' || lpad(to_hex(${number}), 12, '0'))::uuid`;
const person = (number: string) => uuid('00000001', number);
const device = (number: string) => uuid('00000002', number);
const session = (person: string, day: string) =>
  `('0000' || lpad(to_hex(${day}), 4, '0') || '-0000-7000-8000-' || lpad(to_hex(${person}), 12, '0'))::uuid`;

const deviceStatement = `
  INSERT INTO devices (id, created_at) SELECT ${device('n')}, $2 FROM generate_series(1, $1::integer) AS n`;
const userStatement = `
  INSERT INTO users (id, kind, device_id, display_name, birth_date, gender, created_at, active_at)
  SELECT ${person('n')}, 'guest', ${device('n')}, 'Person ' || n, '1990-01-01', 'woman', $2, $2
    FROM generate_series(1, $1::integer) AS n`;

/** Two different people a round, busier in the evening; what became of it by a draw. */
const roundStatement = `
  CREATE UNLOGGED TABLE past AS
  SELECT g, least(a, b) AS a, greatest(a, b) AS b, at, fate, figure,
         ('0' || lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 11, '0') || '7' ||
          lpad(to_hex(g % 4096), 3, '0') || '8' || lpad(to_hex(g), 15, '0'))::uuid AS id,
         (extract(epoch FROM at) / 86400)::integer AS day
    FROM (SELECT g, a, 1 + (a + b) % $2::integer AS b, fate, figure,
                 $3::timestamptz + make_interval(secs => (g - 1) * $4::double precision + $4 * draw) AS at
            FROM (SELECT g, 1 + floor(random() * $2::integer)::integer AS a,
                         floor(random() * ($2::integer - 1))::integer AS b,
                         random() AS fate, random() AS figure, random() AS draw
                    FROM generate_series(1, $1::integer) AS g) AS drawn) AS dated`;

/** Cancelled ones did not start; of the others the clock ended three in five. */
const finishedStatement = `
  INSERT INTO rounds (id, pool, mode, status, user1_id, user2_id, score, score_parts, matched_topics, matched_at,
                      ack_deadline_at, join_deadline_at, started_at, deadline_at, ended_at, end_reason, ended_by,
                      decide_until, settled_at, mutual_at)
  SELECT id, 'world', CASE WHEN g % 5 = 0 THEN 'text' ELSE 'video' END,
         CASE WHEN fate < 0.1 THEN 'cancelled' WHEN fate > 0.55 AND figure > 0.3 THEN 'passed' ELSE 'completed' END,
         ${person('a')}, ${person('b')}, 50 + 40 * figure, '{}', ARRAY['jazz'], at, at + interval '5 s',
         at + interval '15 s', begun, begun + interval '180 s', over,
         CASE WHEN fate < 0.05 THEN 'not_joined' WHEN fate < 0.1 THEN 'not_acknowledged' WHEN fate < 0.35 THEN 'skip'
              WHEN fate < 0.45 THEN 'end' WHEN fate < 0.5 THEN 'left' WHEN fate < 0.54 THEN 'stale'
              WHEN fate <= 0.55 THEN 'flag' ELSE 'clock' END,
         CASE WHEN fate BETWEEN 0.1 AND 0.55 OR (fate < 0.1 AND g % 3 > 0) THEN ${person('a')} END,
         CASE WHEN fate > 0.55 THEN over + interval '20 s' END,
         CASE WHEN fate > 0.55 THEN over + interval '20 s' END,
         CASE WHEN fate > 0.55 AND figure <= 0.3 THEN over + interval '9 s' END
    FROM (SELECT *, CASE WHEN fate >= 0.1 THEN at + interval '2 s' + interval '5 s' * figure END AS begun,
                 CASE WHEN fate < 0.1 THEN at + interval '15 s'
                      WHEN fate > 0.55 THEN at + interval '182 s' + interval '5 s' * figure
                      ELSE at + interval '8 s' + interval '170 s' * figure * figure END AS over FROM past) AS p`;

const participantStatement = `
  INSERT INTO round_participants (round_id, user_id, session_id, device_id, live, acknowledged_at, joined_at, epoch,
                                  waiting_since, quality)
  SELECT id, ${person('n')}, ${session('n', 'day')}, ${device('n')}, false,
         CASE WHEN fate NOT BETWEEN 0.05 AND 0.1 OR n = b THEN at + interval '20 ms' END,
         CASE WHEN fate >= 0.1 THEN at + interval '1 s' END, 1,
         at + interval '15 s' * ln(1 - random() * 0.9999),
         CASE WHEN fate >= 0.1 AND g % 5 <> 0 AND random() < 0.8
              THEN jsonb_build_object('setup_ms', (150 + 4000 * power(random(), 3))::integer,
                                      'rtt_ms', (20 + 300 * power(random(), 2))::integer,
                                      'loss', round((0.1 * power(random(), 4))::numeric, 4),
                                      'stalls', (2 * power(random(), 4))::integer, 'relayed', random() < 0.15) END
    FROM past CROSS JOIN LATERAL (VALUES (a), (b)) AS s(n)`;

const sessionStatement = `
  INSERT INTO sessions (id, user_id, device_id, pool, status, mode, min_age, max_age, genders, preferred_interests,
                        personality_weight, started_at, ended_at, end_reason)
  SELECT session_id, user_id, (min(device_id::text))::uuid, 'world', 'ended', 'both', 18, 120, '{}', '{}', 0,
         min(waiting_since), max(coalesce(joined_at, waiting_since)) + interval '4 min', 'end_session'
    FROM round_participants GROUP BY session_id, user_id`;

const decisionStatement = `
  INSERT INTO decisions (round_id, user_id, decision, decided_at)
  SELECT id, ${person('n')}, CASE WHEN figure <= 0.3 THEN 'continue' WHEN vote < 0.3 THEN 'continue'
                                  WHEN vote < 0.6 THEN 'skip' ELSE 'next' END, at + interval '190 s'
    FROM past CROSS JOIN LATERAL (VALUES (a, random()), (b, random())) AS s(n, vote)
   WHERE fate > 0.55 AND (figure <= 0.3 OR vote < 0.85)`;

/** A round's number makes the versions, so that they grow with time. */
const eventStatement = `
  INSERT INTO journey_events (user_id, version, event, from_state, to_state, round_id, session_id, at)
  SELECT ${person('n')}, g * 8 + step, event, from_state, to_state, id, ${session('n', 'day')}, at + after
    FROM past CROSS JOIN LATERAL (VALUES (a), (b)) AS s(n)
   CROSS JOIN LATERAL (VALUES
     (1, 'start', 'IDLE', 'WAITING', interval '-15 s' * figure, true),
     (2, 'paired', 'WAITING', 'CONNECTING', interval '0', true),
     (3, 'not_joined', 'CONNECTING', 'IDLE', interval '15 s', fate < 0.1),
     (4, 'started', 'CONNECTING', 'IN_CALL', interval '3 s', fate >= 0.1),
     (5, 'clock', 'IN_CALL', 'DECIDING', interval '183 s', fate > 0.55),
     (5, 'skip', 'IN_CALL', 'DISCONNECTING', interval '60 s', fate BETWEEN 0.1 AND 0.55),
     (6, 'end_session', CASE WHEN fate > 0.55 THEN 'DECIDING' ELSE 'DISCONNECTING' END, 'IDLE',
      CASE WHEN fate > 0.55 THEN interval '192 s' ELSE interval '62 s' END, fate >= 0.1)
   ) AS e(step, event, from_state, to_state, after, happens)
   WHERE happens`;

const exclusionStatement = `
  INSERT INTO exclusions (id, user_id, device_id, other_user_id, other_device_id, round_id, reason, until)
  SELECT gen_random_uuid(), d.user_id, p.device_id, CASE WHEN r.user1_id = d.user_id THEN r.user2_id ELSE r.user1_id END,
         p.device_id, r.id, 'skip_vote', d.decided_at + interval '30 days'
    FROM decisions d JOIN rounds r ON r.id = d.round_id
    JOIN round_participants p ON p.round_id = d.round_id AND p.user_id = d.user_id
   WHERE d.decision = 'skip'`;

const flagStatement = `
  INSERT INTO flags (id, reporter_id, reporter_device_id, flagged_id, flagged_device_id, round_id, category, evidence,
                     queue, status, created_at, updated_at, closed_at)
  SELECT gen_random_uuid(), ${person('a')}, ${device('a')}, ${person('b')}, ${device('b')}, id,
         (ARRAY['harassment', 'spam', 'scam', 'other'])[1 + g % 4], '{}', 'normal',
         CASE WHEN g % 10 = 0 THEN 'pending' ELSE 'dismissed' END, at, at,
         CASE WHEN g % 10 > 0 THEN at + interval '1 h' * (g % 50) END
    FROM past WHERE fate BETWEEN 0.54 AND 0.55`;
