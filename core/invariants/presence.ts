import { keysUnder } from '#db/keys.ts';
import { pools } from '#core/pools.ts';
import { rules } from '#core/rules.ts';
import { settings } from '#core/settings.ts';
import type { Sight } from './sight.ts';

/** What a sweeper and its judgement may take beyond the rule. */
const slackMs = 3_000;

const aliveMs = 5_000;

/** Whether sweepers are running: each notes that it is there. */
export async function isWatched({ redis, redisPrefix }: Sight, nowMs: number): Promise<boolean> {
  const keys = keysUnder(redisPrefix);
  const alive = await Promise.all(pools.map((pool) => redis.hget(keys.watch(pool), 'alive')));
  return alive.every((at) => Number(at ?? 0) > nowMs - aliveMs);
}

interface Row {
  user_id: string;
  pool: string;
  waits: boolean;
  since: Date;
  last_seen_at: Date;
}

/**
 * Where sweepers run, no person is alone in a round for long, and each person who waits in the pool is there. Nothing
 * is reported while the record of presence is younger than that: an emptied Redis is no evidence of absence.
 */
export async function neglected({ sql, redis, redisPrefix }: Sight, nowMs: number): Promise<string[]> {
  const keys = keysUnder(redisPrefix);
  const rows = await sql<Row>(
    `SELECT j.user_id, j.pool, j.state = 'WAITING' AS waits, j.last_seen_at,
            coalesce(r.matched_at, j.changed_at) AS since
       FROM journeys j LEFT JOIN rounds r ON r.id = j.round_id
      WHERE j.state IN ('CONNECTING', 'IN_CALL') OR (j.state = 'WAITING' AND NOT j.parked)`,
    [],
  );
  const found: string[] = [];
  for (const pool of new Set(rows.map((row) => row.pool))) {
    const some = rows.filter((row) => row.pool === pool);
    const watched = Number((await redis.hget(keys.watch(pool), 'since')) ?? Infinity);
    const seen = await redis.zmscore(keys.presence(pool), ...some.map((row) => row.user_id));
    for (const [index, { user_id, waits, since, last_seen_at }] of some.entries()) {
      const heardMs = Math.max(Number(seen[index] ?? 0), last_seen_at.getTime(), since.getTime(), watched);
      const silentMs = nowMs - heardMs - slackMs;
      if (waits && silentMs > 2 * settings.staleAfterSeconds * 1000)
        found.push(`Somebody is in the pool who has not been heard of: ${user_id}`);
      if (!waits && silentMs > settings.lostAfterSeconds * 1000 + rules.holdersRereadEverySeconds * 1000)
        found.push(`Somebody was left alone in a round by ${user_id}, who has not been heard of`);
    }
  }
  return found;
}
