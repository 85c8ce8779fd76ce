import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { connectRedis, runOf, type Connection } from './connectRedis.ts';

/**
 * Without an offline queue, so that an outage is a fast 503 and not a hang. A server that hangs is given up, and
 * every command then fails at once: a sweeper with forty rounds to end cannot wait two seconds for each.
 */
export const requestPath = {
  enableOfflineQueue: false,
  maxRetriesPerRequest: 0,
  commandTimeout: 2_000,
  socketTimeout: 2_500,
};

/** The request path's connection. */
export const redis = connectRedis(requestPath);

/** A further connection for subscribing or for BullMQ, which wait for Redis to come back. */
export const openRedis = (): Connection => connectRedis({ maxRetriesPerRequest: null });

/** Resolves once the request path's connection is ready; rejects after `timeoutMs`. */
export async function redisReady(timeoutMs = 10_000): Promise<void> {
  if (redis.status === 'ready') return;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('Redis did not answer')), timeoutMs);
  });
  const ready = new Promise<void>((resolve) => redis.once('ready', () => resolve()));
  await Promise.race([ready, late]).finally(() => clearTimeout(timer));
}

let run: Promise<string> | undefined;
redis.on('close', () => (run = undefined));

/** Which run of Redis this is: another after every restart. Asked once a connection. */
export const redisRun = (): Promise<string> =>
  (run ??= runOf(redis).catch((error: unknown) => {
    run = undefined;
    throw error;
  }));

export type RedisArgument = string | number | Buffer;

let roundTrips = 0;

/** How many scripts this process has sent since it started: the tests count round trips with it. */
export const scriptCount = (): number => roundTrips;

/**
 * Loads one Lua command of db/lua and returns a function that runs it in one round trip.
 * @param name the file's name without its extension; its header says what KEYS, ARGV and the reply are
 */
export function script<Reply>(name: string): (keys: string[], args: RedisArgument[]) => Promise<Reply> {
  const source = readFileSync(path.join(import.meta.dirname, 'lua', `${name}.lua`), 'utf8');
  const sha = createHash('sha1').update(source).digest('hex');
  return async (keys, args) => {
    roundTrips += 1;
    try {
      return (await redis.evalsha(sha, keys.length, ...keys, ...args)) as Reply;
    } catch (error) {
      if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error;
      return (await redis.eval(source, keys.length, ...keys, ...args)) as Reply;
    }
  };
}
