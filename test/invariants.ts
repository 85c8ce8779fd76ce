import { Redis } from 'ioredis';
import pg from 'pg';
import { next, transitions, type JourneyEvent, type State } from '#core/journey/journey.ts';

/**
 * What must be true of Minuet whatever has happened: queries over Postgres and Redis, for stories at their end and
 * for the demo against a running server. Nothing of the product's own I/O is used.
 */

/** Where to look. */
export interface House {
  databaseUrl: string;
  redisUrl: string;
  redisPrefix: string;
}

interface Options {
  /** The product's present, ms since the epoch: a test's clock may have been moved. */
  nowMs?: number;
  /** Nothing is under way, so Redis must say what Postgres says; otherwise it may be behind. */
  quiet?: boolean;
  /** Two may meet only once in a session (REMATCH=session). */
  meetOnce?: boolean;
  roundSeconds?: number;
}

/**
 * Looks for broken invariants.
 * @returns a sentence for each, with what broke it; empty when all is well
 */
export async function checkInvariants(house: House, options: Options = {}): Promise<string[]> {
  const { nowMs = Date.now(), quiet = false, meetOnce = true, roundSeconds = 180 } = options;
  const { database, redis } = await open(house);
  const found = await broken(database, { ...never, ...(meetOnce && { [onceASession]: metTwice }) }, [
    new Date(nowMs),
    roundSeconds,
  ]);
  found.push(...(await stepsAgainstTheTable(database)));
  found.push(...(await viewsAgainstPostgres(database, redis, house.redisPrefix, quiet)));
  return found;
}

const mostShown = 5;

/** Each query finds what must not be. $1 and $2 are the present and the seconds of a round. */
const never: Record<string, string> = {
  'Somebody sits in two live rounds': `
    SELECT user_id FROM round_participants WHERE live GROUP BY user_id HAVING count(*) > 1`,

  'A round has other than two distinct participants in order': `
    SELECT r.id FROM rounds r LEFT JOIN round_participants p ON p.round_id = r.id
     GROUP BY r.id
    HAVING r.user1_id >= r.user2_id OR count(p.user_id) <> 2
        OR array_agg(p.user_id ORDER BY p.user_id) <> ARRAY[r.user1_id, r.user2_id]`,

  'A round is live and its seats are not, or the other way round': `
    SELECT r.id, r.status, p.user_id, p.live FROM rounds r JOIN round_participants p ON p.round_id = r.id
     WHERE p.live <> (r.status IN ('waiting', 'active'))`,

  'A step is missing from a journey': `
    SELECT user_id, version, before FROM (
      SELECT user_id, version, lag(version) OVER w AS before, from_state, lag(to_state) OVER w AS was
        FROM journey_events WINDOW w AS (PARTITION BY user_id ORDER BY version)) e
     WHERE version <> coalesce(before, 1) + 1 OR from_state <> coalesce(was, 'IDLE')`,

  'A journey is not where its last step led': `
    SELECT j.user_id, j.state, j.version, e.to_state, e.version AS last
      FROM journeys j
      LEFT JOIN LATERAL (SELECT to_state, version FROM journey_events e WHERE e.user_id = j.user_id
                          ORDER BY version DESC LIMIT 1) e ON true
     WHERE j.version <> coalesce(e.version, 1) OR j.state <> coalesce(e.to_state, 'IDLE')`,

  'A round has not ended exactly once for one of its two': `
    SELECT r.id, r.end_reason, p.user_id, count(e.version) AS endings
      FROM rounds r JOIN round_participants p ON p.round_id = r.id
      JOIN journeys j ON j.user_id = p.user_id
      LEFT JOIN journey_events e ON e.round_id = r.id AND e.user_id = p.user_id
       AND e.from_state IN ('CONNECTING', 'IN_CALL') AND e.to_state NOT IN ('CONNECTING', 'IN_CALL')
     GROUP BY r.id, p.user_id
    HAVING count(e.version) <> CASE WHEN r.ended_at IS NULL THEN 0 ELSE 1 END`,

  'A round started before both had joined, or not when both had': `
    SELECT r.id, r.started_at, array_agg(p.joined_at) AS joined
      FROM rounds r JOIN round_participants p ON p.round_id = r.id
     GROUP BY r.id
    HAVING (r.started_at IS NOT NULL) <> bool_and(p.joined_at IS NOT NULL) OR r.started_at <> max(p.joined_at)`,

  'A deadline has moved': `
    SELECT id, started_at, deadline_at FROM rounds
     WHERE deadline_at <> started_at + make_interval(secs => $2)`,

  'A round goes on two seconds after its deadline': `
    SELECT id, deadline_at FROM rounds
     WHERE status = 'active' AND deadline_at < $1::timestamptz - interval '2 seconds'`,

  'A round lasted longer than its time, or the clock ended it at another instant': `
    SELECT id, ended_at, deadline_at, end_reason FROM rounds
     WHERE ended_at > deadline_at OR (end_reason = 'clock' AND ended_at IS DISTINCT FROM deadline_at)`,

  'A round that never started is not cancelled, or one that did is': `
    SELECT id, status, started_at FROM rounds
     WHERE ended_at IS NOT NULL AND (status = 'cancelled') <> (started_at IS NULL)`,

  'A round has waited to be joined for twenty seconds too long': `
    SELECT id, join_deadline_at FROM rounds
     WHERE status = 'waiting' AND join_deadline_at < $1::timestamptz - interval '20 seconds'`,

  'Somebody decided who may not, or too early': `
    SELECT d.round_id, d.user_id, r.end_reason FROM decisions d JOIN rounds r ON r.id = d.round_id
     WHERE r.end_reason IS DISTINCT FROM 'clock' OR d.decided_at < r.ended_at OR d.decided_at >= r.decide_until
        OR d.user_id NOT IN (r.user1_id, r.user2_id)`,

  'A match is mutual without two yeses, or two yeses are not mutual': `
    SELECT r.id, r.mutual_at, array_agg(d.decision) AS votes
      FROM rounds r LEFT JOIN decisions d ON d.round_id = r.id
     GROUP BY r.id
    HAVING (r.mutual_at IS NOT NULL) <> (count(*) FILTER (WHERE d.decision = 'continue') = 2)
       AND NOT EXISTS (SELECT 1 FROM blocks b WHERE b.created_at <= r.decide_until AND r.mutual_at IS NULL
                          AND ((b.blocker_id = r.user1_id AND b.blocked_id = r.user2_id)
                            OR (b.blocker_id = r.user2_id AND b.blocked_id = r.user1_id)))`,

  'Two were paired across a block': `
    SELECT r.id, b.id AS block FROM rounds r
      JOIN round_participants p ON p.round_id = r.id
      JOIN round_participants q ON q.round_id = r.id AND q.user_id <> p.user_id
      JOIN blocks b ON (b.blocker_id = p.user_id OR b.blocker_device_id = p.device_id)
                   AND (b.blocked_id = q.user_id OR b.blocked_device_id = q.device_id)
     WHERE b.created_at < r.matched_at`,

  'Somebody was paired who was restricted': `
    SELECT r.id, x.id AS restriction FROM rounds r
      JOIN round_participants p ON p.round_id = r.id
      JOIN restriction_reach t ON t.subject = p.user_id
      JOIN restrictions x ON x.id = t.restriction_id AND x.kind = 'restriction'
     WHERE t.how = 'account' AND x.created_at < r.matched_at AND (x.until IS NULL OR x.until > r.matched_at)
       AND (x.lifted_at IS NULL OR x.lifted_at > r.matched_at)`,

  'Somebody was paired with themselves or their own device': `
    SELECT r.id FROM rounds r
      JOIN round_participants p ON p.round_id = r.id
      JOIN round_participants q ON q.round_id = r.id AND q.user_id > p.user_id
     WHERE p.device_id = q.device_id`,

  'A journey and its round do not agree': `
    SELECT j.user_id, j.state, r.id, r.status, p.live
      FROM journeys j
      LEFT JOIN rounds r ON r.id = j.round_id
      LEFT JOIN round_participants p ON p.round_id = r.id AND p.user_id = j.user_id
     WHERE CASE j.state WHEN 'CONNECTING' THEN r.status = 'waiting' AND p.live
                        WHEN 'IN_CALL' THEN r.status = 'active' AND p.live
                        WHEN 'DECIDING' THEN r.end_reason = 'clock' AND NOT p.live
                        WHEN 'DISCONNECTING' THEN r.ended_at IS NOT NULL AND NOT p.live
                        ELSE j.round_id IS NULL END IS NOT TRUE`,

  'Somebody sits in a live round and their journey says otherwise': `
    SELECT p.round_id, p.user_id, j.state FROM round_participants p JOIN journeys j USING (user_id)
     WHERE p.live AND (j.round_id IS DISTINCT FROM p.round_id OR j.state NOT IN ('CONNECTING', 'IN_CALL'))`,

  'A journey and its session do not agree': `
    SELECT j.user_id, j.state, s.id, s.status FROM journeys j
      FULL JOIN (SELECT * FROM sessions WHERE status <> 'ended') s ON s.user_id = j.user_id
     WHERE j.session_id IS DISTINCT FROM s.id
        OR (s.status = 'paused') <> (j.state = 'IDLE')`,

  'A notice is told where there is nothing to tell': `
    SELECT user_id, state FROM journeys
     WHERE (state = 'DISCONNECTING') > (notice IS NOT NULL) OR (match_notices = '{}') <> (match_notice_version IS NULL)`,
};

const onceASession = 'Two started rounds of one pair within a session of either';
const metTwice = `
    SELECT p.session_id, q.user_id AS partner, count(*) FROM rounds r
      JOIN round_participants p ON p.round_id = r.id
      JOIN round_participants q ON q.round_id = r.id AND q.user_id <> p.user_id
     WHERE r.started_at IS NOT NULL GROUP BY p.session_id, q.user_id HAVING count(*) > 1`;

/** Runs all these queries in one. */
async function broken(
  database: pg.Client,
  queries: Record<string, string>,
  bind: unknown[],
): Promise<string[]> {
  const all = Object.entries(queries).map(
    ([sentence, query]) =>
      `(SELECT '${sentence}' AS sentence, to_jsonb(q) AS row FROM (${query}) q LIMIT ${mostShown})`,
  );
  const { rows } = await database.query<{ sentence: string; row: object }>(all.join(' UNION ALL '), bind);
  return rows.map(({ sentence, row }) => `${sentence}: ${JSON.stringify(row)}`);
}

/** Every step ever taken is one of the table. */
async function stepsAgainstTheTable(database: pg.Client): Promise<string[]> {
  const { rows } = await database.query<{ event: JourneyEvent; from_state: State; to_state: State }>(
    'SELECT DISTINCT event, from_state, to_state FROM journey_events',
  );
  return rows
    .filter(({ event, from_state, to_state }) => next(from_state, event) !== to_state)
    .map(
      (step) =>
        `A step is not of the table (${Object.keys(transitions).length} rows): ${JSON.stringify(step)}`,
    );
}

interface Row {
  user_id: string;
  pool: string;
  state: State;
  version: number;
  parked: boolean;
}

/** Redis is never ahead of Postgres; and nobody waits in its pool who does not wait in truth. */
async function viewsAgainstPostgres(
  database: pg.Client,
  redis: Redis,
  prefix: string,
  quiet: boolean,
): Promise<string[]> {
  // First Redis, then Postgres: whatever is committed meanwhile can only be newer.
  const views = await readViews(redis, prefix);
  const waiting = await readWaiting(redis, prefix);
  const { rows } = await database.query<Row>('SELECT user_id, pool, state, version, parked FROM journeys');
  const journeys = new Map(rows.map((row) => [row.user_id, row]));
  const found: string[] = [];
  for (const [userId, view] of views) {
    const journey = journeys.get(userId);
    const pair = JSON.stringify({ userId, view, journey });
    if (journey && view.version > journey.version) found.push(`A view is newer than the truth: ${pair}`);
    if (quiet && journey && (view.version !== journey.version || view.state !== journey.state))
      found.push(`A view has stayed behind: ${pair}`);
  }
  if (!quiet) return found;
  const inPool = (row: Row | undefined) => row?.state === 'WAITING' && !row.parked;
  for (const userId of waiting)
    if (!inPool(journeys.get(userId))) found.push(`Somebody is in the pool who does not wait: ${userId}`);
  for (const row of rows)
    if (inPool(row) && views.has(row.user_id) && !waiting.has(row.user_id))
      found.push(`Somebody waits who is not in the pool: ${row.user_id}`);
  return found;
}

async function readViews(
  redis: Redis,
  prefix: string,
): Promise<Map<string, { version: number; state: string }>> {
  const keys = await scan(redis, `${prefix}:{*}:view:*`);
  const views = new Map<string, { version: number; state: string }>();
  for (const key of keys) {
    const [version, state] = await redis.hmget(key, 'version', 'state');
    if (version)
      views.set(key.slice(key.lastIndexOf(':') + 1), { version: Number(version), state: state ?? '' });
  }
  return views;
}

async function readWaiting(redis: Redis, prefix: string): Promise<Set<string>> {
  const pools = await scan(redis, `${prefix}:{*}:waiting`);
  const members = await Promise.all(pools.map((key) => redis.zrange(key, '0', '-1')));
  return new Set(members.flat());
}

async function scan(redis: Redis, pattern: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const some of redis.scanStream({ match: pattern, count: 1000 }))
    keys.push(...(some as string[]));
  return keys;
}

let connections: { house: House; database: pg.Client; redis: Redis } | undefined;

/** Connects once to one house. */
async function open(house: House): Promise<{ database: pg.Client; redis: Redis }> {
  if (connections && connections.house.databaseUrl === house.databaseUrl) return connections;
  await closeInvariants();
  const database = new pg.Client({ connectionString: house.databaseUrl });
  database.on('error', () => undefined);
  await database.connect();
  const redis = new Redis(house.redisUrl);
  redis.on('error', () => undefined);
  connections = { house, database, redis };
  return connections;
}

/** Lets go of the connections. */
export async function closeInvariants(): Promise<void> {
  const { database, redis } = connections ?? {};
  connections = undefined;
  redis?.disconnect();
  await database?.end();
}
