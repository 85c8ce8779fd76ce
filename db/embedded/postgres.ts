import { randomBytes } from 'node:crypto';
import { accessSync, constants, existsSync, readFileSync, statfsSync, writeFileSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { startChild, type Child } from './child.ts';
import { onFreePort } from './port.ts';
import { canReach, postgresAccount, publicDirectory } from './postgresAccount.ts';
import { cleanEnvironment, clusterIn } from './postgresCluster.ts';
import { stopLeftoverPostgres } from './postgresLeftover.ts';
import { postgresPrograms } from './postgresPrograms.ts';

export type EmbeddedPostgres = {
  /** The superuser's address of the database `minuet`. */
  url: string;
  /** Resolves with the reason should the server end without having been stopped. */
  died: Promise<string>;
  stop: () => Promise<void>;
};

/**
 * Starts a real PostgreSQL on 127.0.0.1 and answers with the address of its database `minuet`.
 * @param dataDir the server's own directory; created when missing, used again when not. A server that a killed
 *   process left running there is stopped first: a caller that may be started twice at once brings a lock
 * @param port a free one when not given
 * @param ephemeral a temporary directory instead, without fsync, gone after `stop`
 * @throws Error with the server's last words when it does not start
 */
export async function startPostgres(
  options: { dataDir: string; port?: number; ephemeral?: false } | { port?: number; ephemeral: true },
): Promise<EmbeddedPostgres> {
  if (options.ephemeral) return startEphemeral(options.port);
  const home = path.resolve(options.dataDir);
  await mkdir(home, { recursive: true });
  const { url, child } = await startIn(home, options.port, true);
  return { url, died: child.died, stop: child.stop };
}

async function startEphemeral(port?: number): Promise<EmbeddedPostgres> {
  const home = await temporaryHome();
  const { url, child } = await startIn(home, port, false);
  const stop = async () => {
    await child.stop();
    await rm(home, { recursive: true, force: true });
  };
  return { url, died: child.died, stop };
}

async function temporaryHome(): Promise<string> {
  const place = roomyMemory() ?? tmpdir();
  const account = postgresAccount();
  if (account && !canReach(account, place)) return publicDirectory();
  const home = await mkdtemp(path.join(place, 'minuet-postgres-'));
  await chmod(home, 0o755); // the account of the server has to pass
  return home;
}

/** Linux's file system in memory, where a cluster is made in 0.5 s instead of 0.6–1.9 s and cloned in 40 ms. */
function roomyMemory(): string | undefined {
  const place = '/dev/shm';
  try {
    accessSync(place, constants.W_OK);
    const { bavail, bsize } = statfsSync(place);
    return bavail * bsize > 2 * 2 ** 30 ? place : undefined;
  } catch {
    return undefined;
  }
}

async function startIn(
  home: string,
  port: number | undefined,
  durable: boolean,
): Promise<{ url: string; child: Child }> {
  const account = postgresAccount(path.join(home, 'cluster'));
  const programs = await postgresPrograms(account);
  const password = ownPassword(path.join(home, 'password'));
  const cluster = await clusterIn({ home, programs, account, password });
  const address = (port: number, database: string) =>
    `postgres://minuet:${password}@127.0.0.1:${port}/${database}`;
  await stopLeftoverPostgres(cluster, (port) => address(port, 'postgres'));

  const start = async (port: number) => {
    const child = await startChild({
      name: 'PostgreSQL',
      command: programs.postgres,
      args: ['-D', cluster, ...flags(port, durable)],
      cwd: cluster,
      env: cleanEnvironment(),
      log: path.join(home, 'postgres.log'),
      ready: () => hasDatabase(address(port, 'postgres')),
      stopSignal: 'SIGINT', // "fast": ends sessions, keeps data
      ...account,
      ...(!durable && { removeIfOrphaned: home }),
    });
    return { url: address(port, 'minuet'), child };
  };
  return port === undefined ? onFreePort(start) : start(port);
}

/** Beside the cluster, so that a copied or moved directory still opens. */
function ownPassword(file: string): string {
  if (!existsSync(file)) writeFileSync(file, randomBytes(24).toString('hex'), { mode: 0o600 });
  return readFileSync(file, 'utf8').trim();
}

function flags(port: number, durable: boolean): string[] {
  const settings = {
    port,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: 200,
    ...(!durable && { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
  };
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

/** Whether the server answers; sees to it that the database `minuet` is there. */
async function hasDatabase(connectionString: string): Promise<boolean> {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 2_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rowCount } = await client.query("SELECT FROM pg_database WHERE datname = 'minuet'");
    if (!rowCount) await client.query('CREATE DATABASE minuet');
    return true;
  } finally {
    await client.end().catch(() => undefined);
  }
}
