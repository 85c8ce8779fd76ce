import { keys } from '#db/keys.ts';
import { redis, script } from '#db/redis.ts';
import { clock } from '#core/clock.ts';
import { rules } from '#core/rules.ts';

const scoresAtOnce = 5_000;

/** When a request of each of these people was last open, ms since the epoch; 0 when never. */
export async function lastSeen(pool: string, userIds: readonly string[]): Promise<number[]> {
  const seen: number[] = [];
  for (let from = 0; from < userIds.length; from += scoresAtOnce) {
    const scores = await redis.zmscore(keys.presence(pool), ...userIds.slice(from, from + scoresAtOnce));
    for (const score of scores) seen.push(Number(score ?? 0));
  }
  return seen;
}

/** People last heard of within [fromMs, toMs). */
export const wentQuiet = (pool: string, fromMs: number, toMs: number): Promise<string[]> =>
  redis.zrangebyscore(keys.presence(pool), fromMs, `(${toMs}`);

/** Forgets those silent for a day: their presence is no longer asked for, and the record would grow for ever. */
export async function forgetSilent(pool: string): Promise<void> {
  await redis.zremrangebyscore(keys.presence(pool), '-inf', clock.ms() - rules.presenceHours * 3_600_000);
}

/** When a request of each of these people last came in, ms since the epoch; 0 when never. */
export async function lastArrived(pool: string, userIds: readonly string[]): Promise<number[]> {
  const found = await Promise.all(userIds.map((userId) => redis.hget(keys.view(pool, userId), 'arrived')));
  return found.map((arrived) => Number(arrived ?? 0));
}

/**
 * Notes a sign of life that is not a poll: any request of a person acknowledges a match.
 * Without Redis nothing is noted, and no person is counted as lost either.
 */
export async function noteArrival(pool: string, userId: string): Promise<void> {
  await touchScript([keys.presence(pool), keys.view(pool, userId)], [userId, clock.ms()]).catch(
    () => undefined,
  );
}
const touchScript = script<number>('touch');

/**
 * Since when presence has been continuously available, ms. No person is counted as lost on a shorter record, so
 * that an emptied Redis, or one that was away, ends nothing.
 */
export async function watchedSince(pool: string): Promise<number> {
  return watchScript([keys.watch(pool)], [clock.ms()]);
}
const watchScript = script<number>('watch');
