import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { promisify } from 'node:util';
import { startPostgres } from '#db/embedded/postgres.ts';
import { startRedis } from '#db/embedded/redis.ts';
import { databaseAt, run } from './database.ts';

const execute = promisify(execFile);
const house = path.dirname(import.meta.dirname);

/** The servers of one test run. */
export type Servers = {
  /** A migrated database that nobody else uses. */
  databaseUrl: string;
  /** The migrated database that it was cloned from, and that further ones may be. */
  templateUrl: string;
  redisUrl: string;
  redisPrefix: string;
  redisKind: 'given' | 'server' | 'wasm';
  stop: () => Promise<void>;
};

/**
 * Real servers: those of DATABASE_URL and REDIS_URL, in which nothing of ours is left behind, else ephemeral
 * ones of our own.
 */
export async function findServers(): Promise<Servers> {
  const name = `minuet_test_${randomBytes(4).toString('hex')}`;
  const redisPrefix = name.replaceAll('_', '-');
  const [postgres, redis] = await Promise.all([findPostgres(name), startRedis({ ephemeral: true })]);
  const stop = async () => {
    await Promise.all([postgres.stop(), redis.stop()]);
  };
  return { ...postgres, redisUrl: redis.url, redisPrefix, redisKind: redis.kind, stop };
}

async function findPostgres(name: string) {
  const given = process.env.DATABASE_URL;
  const own = given ? undefined : await startPostgres({ ephemeral: true });
  const server = given ?? own!.url;
  const template = `${name}_template`;
  const templateUrl = databaseAt(server, template);
  await run(server, `CREATE DATABASE ${template}`);
  await migrate(templateUrl);
  await run(server, `CREATE DATABASE ${name} TEMPLATE ${template}`);
  const drop = () =>
    run(server, `DROP DATABASE ${name} WITH (FORCE)`, `DROP DATABASE ${template} WITH (FORCE)`);
  return { databaseUrl: databaseAt(server, name), templateUrl, stop: own ? own.stop : drop };
}

/** In a process of its own: settings are read once, and ours are to name the clone. */
async function migrate(databaseUrl: string): Promise<void> {
  const env = { ...process.env, DATABASE_URL: databaseUrl };
  await execute(process.execPath, ['--import', 'tsx', path.join(house, 'bin', 'migrate.ts')], {
    cwd: house,
    env,
  });
}
