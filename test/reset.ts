import { Redis } from 'ioredis';
import pg from 'pg';
import { onEnd } from './end.ts';

type Reset = () => void | Promise<void>;

const resets: Reset[] = [];
let database: pg.Client | undefined;
let redis: Redis | undefined;
let emptyTables = '';

/** Registers what has to be undone in this process before each test: a cache, a clock. */
export function onReset(reset: Reset): void {
  resets.push(reset);
}

/** An empty house: no row, no key of this run, nothing remembered in this process. Runs before each test. */
export async function reset(): Promise<void> {
  await Promise.all([emptyDatabase(), emptyRedis()]);
  for (const reset of resets) await reset();
}

/** Deletes every key with this prefix. */
export async function deleteKeys(redis: Redis, prefix: string): Promise<void> {
  for await (const keys of redis.scanStream({ match: `${prefix}:*`, count: 1000 }))
    if ((keys as string[]).length > 0) await redis.unlink(...(keys as string[]));
}

/**
 * DELETE, not TRUNCATE: 0.6 ms against 19 ms for fifteen nearly empty tables. The role `replica` leaves out
 * foreign keys and append-only triggers, so that the order does not matter.
 */
async function emptyDatabase(): Promise<void> {
  database ??= await connect();
  emptyTables ||= await everyTable(database);
  await database.query(emptyTables);
}

async function connect(): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: process.env.DATABASE_URL });
  client.on('error', () => undefined);
  await client.connect();
  onEnd(() => client.end());
  return client;
}

async function everyTable(client: pg.Client): Promise<string> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT oid::regclass::text AS name FROM pg_class
      WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition
        AND relname <> 'migrations'`,
  );
  const deletes = rows.map(({ name }) => `DELETE FROM ${name};`);
  return `BEGIN; SET LOCAL session_replication_role = replica; ${deletes.join(' ')} COMMIT`;
}

async function emptyRedis(): Promise<void> {
  redis ??= openRedis();
  await deleteKeys(redis, process.env.REDIS_PREFIX!);
}

function openRedis(): Redis {
  const connection = new Redis(process.env.REDIS_URL!);
  connection.on('error', () => undefined);
  onEnd(async () => {
    await emptyRedis(); // the server may be somebody's own
    connection.disconnect();
  });
  return connection;
}
