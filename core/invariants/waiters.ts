import { setTimeout as sleep } from 'node:timers/promises';
import { keysUnder } from '#db/keys.ts';
import { isHeldBack } from '#core/decisions/voters.ts';
import { isRestricted } from '#core/restrictions/restricted.ts';
import { settings } from '#core/settings.ts';
import type { Sight } from './sight.ts';

/** Two people who wait and would accept each other. */
export interface Couple {
  a: string;
  b: string;
}

const patienceMs = 5_000;

/** Where a matchmaker runs, two who could meet do so within five seconds: pairs that still wait then are reported. */
export async function unmet(sight: Sight, nowMs: number): Promise<string[]> {
  const before = await couples(sight, nowMs);
  if (before.length === 0) return [];
  await sleep(patienceMs);
  const after = new Set((await couples(sight, nowMs + patienceMs)).map(nameOf));
  return before
    .filter((couple) => after.has(nameOf(couple)))
    .map(({ a, b }) => `Two who could meet have not within five seconds: ${a} and ${b}`);
}

const nameOf = ({ a, b, ...rest }: Couple): string => JSON.stringify([a, b, rest]);

/**
 * Who could meet now. A limit of distance is left out: people who have one are not looked at.
 * @returns pairs with their versions, so that the same two at another time are another couple
 */
export async function couples({ sql, redis, redisPrefix }: Sight, nowMs: number): Promise<Couple[]> {
  const rows = await sql<Couple & { pool: string }>(statement, [new Date(nowMs)]);
  const fresh = nowMs - settings.activeWithinSeconds * 1000;
  const keys = keysUnder(redisPrefix);
  const there = await Promise.all(
    rows.map(async ({ pool, a, b }) => {
      const seen = await redis.zmscore(keys.presence(pool), a, b);
      return seen.every((score) => Number(score ?? 0) > fresh);
    }),
  );
  return rows.filter((_, index) => there[index]);
}

const accepts = (a: string, b: string): string => `
  ${b}.years BETWEEN ${a}.min_age AND ${a}.max_age AND (${a}.genders = '{}' OR ${b}.gender = ANY(${a}.genders))
  AND NOT EXISTS (
    SELECT 1 FROM blocks x
     WHERE (x.blocker_id = ${a}.user_id OR x.blocker_device_id = ${a}.device_id)
       AND (x.blocked_id = ${b}.user_id OR x.blocked_device_id = ${b}.device_id))
  AND NOT EXISTS (
    SELECT 1 FROM exclusions x
     WHERE (x.user_id = ${a}.user_id OR x.device_id = ${a}.device_id)
       AND (x.other_user_id = ${b}.user_id OR x.other_device_id = ${b}.device_id)
       AND (x.session_id = ${a}.session_id OR x.until > $1::timestamptz))`;

const statement = `
  WITH waiter AS (
    SELECT j.user_id, j.device_id, j.session_id, j.pool, j.version, s.mode, s.min_age, s.max_age, s.genders, u.gender,
           extract(year FROM age($1::timestamptz AT TIME ZONE 'UTC', u.birth_date)) AS years
      FROM journeys j
      JOIN sessions s ON s.id = j.session_id AND s.max_distance_km IS NULL
      JOIN users u ON u.id = j.user_id
      JOIN devices d ON d.id = j.device_id
     WHERE j.state = 'WAITING' AND NOT j.parked AND NOT ${isHeldBack('j')}
       AND coalesce(greatest(j.cooldown_until, d.cooldown_until), '-infinity') <= $1::timestamptz
       AND NOT ${isRestricted('j.user_id, j.device_id', '$1::timestamptz')}
     ORDER BY j.waiting_since LIMIT 200
  )
  SELECT a.pool, a.user_id AS a, b.user_id AS b, a.version AS version_a, b.version AS version_b
    FROM waiter a JOIN waiter b ON b.pool = a.pool AND b.user_id > a.user_id AND b.device_id <> a.device_id
     AND (a.mode = b.mode OR 'both' IN (a.mode, b.mode))
   WHERE ${accepts('a', 'b')} AND ${accepts('b', 'a')}`;
