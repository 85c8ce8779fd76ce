import { Redis } from 'ioredis';
import pg from 'pg';
import { checkInvariants as check, type Circumstances } from '#core/invariants/check.ts';
import type { Sight } from '#core/invariants/sight.ts';

/** Where to look: any house, not only that of this process. */
export interface House {
  databaseUrl: string;
  redisUrl: string;
  redisPrefix: string;
}

/** What the clocks of two processes may differ by: one ends a round, another opens the next. */
const skewSeconds = 0.05;

/**
 * Looks for broken invariants (core/invariants) through connections of its own: for stories at their end, and for the
 * demo and the chaos run against processes that they have started.
 * @returns a sentence for each, with what broke it; empty when all is well
 */
export const checkInvariants = async (
  house: House,
  circumstances: Partial<Circumstances> = {},
): Promise<string[]> => check(await look(house), { nowMs: Date.now(), skewSeconds, ...circumstances });

let connections: { house: House; database: pg.Client; redis: Redis } | undefined;

/** Connects once to one house. Statements are prepared: Postgres plans them once. */
export async function look(house: House): Promise<Sight> {
  const { database, redis } = await open(house);
  return {
    redis,
    redisPrefix: house.redisPrefix,
    sql: async <Row extends object>(text: string, bind: unknown[]) =>
      (await database.query<Row>({ name: nameOf(text), text, values: bind })).rows,
  };
}

const names = new Map<string, string>();

function nameOf(text: string): string {
  const name = names.get(text) ?? `invariants-${names.size}`;
  names.set(text, name);
  return name;
}

async function open(house: House): Promise<{ database: pg.Client; redis: Redis }> {
  if (connections?.house.databaseUrl === house.databaseUrl) return connections;
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
