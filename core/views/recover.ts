import { keys } from '#db/keys.ts';
import { longSql, postgresRun, sql } from '#db/postgres.ts';
import { redis, redisRun, script } from '#db/redis.ts';
import { clock } from '#core/clock.ts';
import { log } from '#core/log.ts';
import { pools } from '#core/pools.ts';
import { bury, buriedVersion } from './bury.ts';
import { watchedSince } from './presence.ts';
import { publish } from './publish.ts';

/*
 * Views are derived from PostgreSQL, and Redis takes a view only over an older version. Redis may lack views (it was
 * emptied, or restarted from a log without the last second), and it may have views that PostgreSQL does not know: a
 * primary that failed over, or was restored from a copy, has lost its last commits, and counts its versions anew from
 * where it stands. No privilege is needed to notice: the view's version is greater than the row's.
 */

const atOnce = 500;
const latelySeconds = 3600;
const claimScript = script<0 | 1>('claim');

/**
 * Makes the views of a pool what PostgreSQL says, once for each run of Redis and of PostgreSQL. The marker is set first,
 * so that one process does it; a poll meanwhile reads a missing view through.
 */
export async function restoreViews(): Promise<void> {
  const run = `${await redisRun()} ${await postgresRun()}`;
  for (const pool of pools) {
    await watchedSince(pool);
    if ((await claimScript([keys.watch(pool)], [run])) === 0) continue;
    const inRedis = new Set(await lately(pool));
    for (const some of chunks([...inRedis])) await recoverViews(pool, some);
    for (const some of chunks(await underWay(pool))) await publish(some);
  }
}

/** Compares a part of the views with PostgreSQL, the next part with each call: finds what a restart did not tell of. */
export async function compareViews(): Promise<void> {
  for (const pool of pools) {
    const [next, found] = await redis.zscan(keys.presence(pool), places.get(pool) ?? '0', 'COUNT', atOnce);
    places.set(pool, next);
    await recoverViews(
      pool,
      found.filter((_, index) => index % 2 === 0), // members and scores by turns
    );
  }
}
const places = new Map<string, string>();

/** Everybody under way, and those who have gone home lately: a log without its last second may have them waiting. */
async function underWay(pool: string): Promise<string[]> {
  const rows = await longSql<{ user_id: string }>(
    `SELECT user_id FROM journeys WHERE pool = $1 AND (state <> 'IDLE' OR changed_at > $2) ORDER BY waiting_since`,
    [pool, clock.after(-latelySeconds)],
  );
  return rows.map((row) => row.user_id);
}

/** Who was heard of lately, or waits, as far as Redis knows. */
const lately = async (pool: string): Promise<string[]> => [
  ...(await redis.zrangebyscore(keys.presence(pool), clock.ms() - latelySeconds * 1000, '+inf')),
  ...(await redis.zrange(keys.waiting(pool), '0', '-1')),
];

/**
 * Recovers those of these people whose view in Redis is of a later version than their row: their rows get a version
 * above it, and are published. So a version never stands for two different views, in Redis, in the memory of a process
 * or in a client. Views of people whom PostgreSQL does not know are buried.
 */
export async function recoverViews(pool: string, userIds: readonly string[]): Promise<void> {
  if (userIds.length === 0) return;
  // First Redis, then PostgreSQL: what is committed in between is newer than what was read.
  const found = await versionsIn(pool, userIds);
  if (found.size === 0) return;
  const rows = await sql<{ user_id: string; version: number }>(
    'SELECT user_id, version FROM journeys WHERE user_id = ANY($1::uuid[])',
    [[...found.keys()]],
  );
  const known = new Map(rows.map(({ user_id, version }) => [user_id, version]));
  const gone = [...found].filter(([userId, version]) => !known.has(userId) && version < buriedVersion);
  const ahead = [...found].filter(([userId, version]) => version > (known.get(userId) ?? Infinity));
  for (const [userId] of gone) await bury(pool, userId);
  if (ahead.length === 0) return;
  log.warn(
    { views: ahead.length, pool },
    'PostgreSQL has lost commits: views are recovered from what it knows',
  );
  for (const [userId, version] of ahead)
    if (version >= buriedVersion) await redis.unlink(keys.view(pool, userId)); // erased in what was lost
  const raised = ahead.filter(([, version]) => version < buriedVersion);
  await sql(raiseStatement, [
    raised.map(([userId]) => userId),
    raised.map(([, version]) => version),
    clock.now(),
  ]);
  await publish(ahead.map(([userId]) => userId));
}

async function versionsIn(pool: string, userIds: readonly string[]): Promise<Map<string, number>> {
  const read = await Promise.all(userIds.map((userId) => redis.hget(keys.view(pool, userId), 'version')));
  return new Map(
    userIds.flatMap((userId, index) => {
      const version = read[index];
      return version === null || version === undefined ? [] : [[userId, Number(version)] as const];
    }),
  );
}

/**
 * $1 people, $2 the versions to rise above, $3 now. A locked row is about to change, and is looked at again with the
 * next comparison.
 */
const raiseStatement = `
  WITH locked AS MATERIALIZED (
    SELECT j.user_id, j.state, j.round_id, j.session_id, k.version + 1 AS version
      FROM unnest($1::uuid[], $2::integer[]) AS k(user_id, version)
      JOIN journeys j ON j.user_id = k.user_id AND j.version < k.version
     ORDER BY j.user_id
       FOR UPDATE OF j SKIP LOCKED
  ), told AS (
    INSERT INTO journey_events (user_id, version, event, from_state, to_state, round_id, session_id, at)
    SELECT user_id, version, 'recovered', state, state, round_id, session_id, $3::timestamptz FROM locked
  )
  UPDATE journeys j
     SET version = l.version, guard = j.guard + 1, changed_at = $3::timestamptz,
         match_notice_version = CASE WHEN j.match_notice_version IS NOT NULL THEN l.version END
    FROM locked l
   WHERE j.user_id = l.user_id
  RETURNING j.user_id`;

function* chunks<T>(all: readonly T[]): Generator<T[]> {
  for (let from = 0; from < all.length; from += atOnce) yield all.slice(from, from + atOnce);
}
