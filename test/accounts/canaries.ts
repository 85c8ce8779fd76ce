import { Redis } from 'ioredis';
import { pino } from 'pino';
import { log } from '#core/log.ts';
import { sql } from '#db/postgres.ts';

/** A word that nobody would write: wherever it is found, something of its writer is left. */
export const canary = 'xqzcanary';

/** Every row of every table in which the word stands, whatever the column. */
export async function inPostgres(word = canary): Promise<string[]> {
  const tables = await sql<{ name: string }>(
    `SELECT relname AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')`,
  );
  const found: string[] = [];
  for (const { name } of tables) {
    const rows = await sql<{ row: string }>(`SELECT t::text AS row FROM ${name} t WHERE t::text ILIKE $1`, [
      `%${word}%`,
    ]);
    found.push(...rows.map(({ row }) => `${name}: ${row}`));
  }
  return found;
}

/** Every key of this run in which the word stands, in its name or its value. */
export async function inRedis(word = canary): Promise<string[]> {
  const redis = new Redis(process.env.REDIS_URL!);
  const found: string[] = [];
  for await (const keys of redis.scanStream({ match: `${process.env.REDIS_PREFIX}*`, count: 1000 }))
    for (const key of keys as string[]) {
      const text = `${key} ${JSON.stringify(await valueOf(redis, key))}`;
      if (text.toLowerCase().includes(word)) found.push(text);
    }
  redis.disconnect();
  return found;
}

async function valueOf(redis: Redis, key: string): Promise<unknown> {
  switch (await redis.type(key)) {
    case 'string':
      return redis.get(key);
    case 'hash':
      return redis.hgetall(key);
    case 'list':
      return redis.lrange(key, 0, -1);
    case 'zset':
      return redis.zrange(key, '0', '-1');
    case 'set':
      return redis.smembers(key);
    case 'stream':
      return redis.xrange(key, '-', '+');
    default:
      return null;
  }
}

/** Everything that is logged while some work is done, at every level. */
export async function logged(work: () => Promise<void>): Promise<string> {
  let lines = '';
  const stream = Reflect.get(log, pino.symbols.streamSym) as object;
  const level = log.level;
  Reflect.set(log, pino.symbols.streamSym, { write: (line: string) => void (lines += line) });
  log.level = 'trace';
  try {
    await work();
  } finally {
    log.level = level;
    Reflect.set(log, pino.symbols.streamSym, stream);
  }
  return lines;
}
