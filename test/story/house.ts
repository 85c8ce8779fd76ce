import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import type { Child } from '#db/embedded/child.ts';
import { freePort } from '#db/embedded/port.ts';
import * as processes from '../../bin/processes.ts';
import { cloneDatabase } from '../database.ts';
import type { House as Where } from '../invariants.ts';

/** Minuet as it runs in production: processes of their own, on a database and a Redis prefix of their own. */
export interface House {
  where: Where;
  startApi: (port?: number) => Promise<Api>;
  startWorker: () => Promise<Process>;
  /** Looks into the tables. */
  rows: <Row extends pg.QueryResultRow>(text: string, bind?: unknown[]) => Promise<Row[]>;
  close: () => Promise<void>;
}

export interface Process {
  /** As the machine does it when it is out of memory: nothing is said, nothing is put away. */
  kill: () => Promise<void>;
  stop: () => Promise<void>;
}

export interface Api extends Process {
  address: string;
  port: number;
}

/**
 * Opens an empty house, on a database of its own unless one is given. Settings are read once at import, so that short rounds need processes of their own. */
export async function openHouse(env: Record<string, string>, databaseUrl?: string): Promise<House> {
  const database =
    databaseUrl === undefined ? await cloneDatabase() : { url: databaseUrl, drop: async () => undefined };
  const logs = await mkdtemp(path.join(tmpdir(), 'minuet-story-'));
  const where = {
    databaseUrl: database.url,
    redisUrl: env.REDIS_URL ?? process.env.REDIS_URL!,
    redisPrefix: `story-${randomBytes(4).toString('hex')}`,
  };
  const common = {
    ...process.env,
    ...{ LOG_LEVEL: 'info', HOST: '127.0.0.1', RATE_LIMIT_FACTOR: '100' },
    ...env,
    ...{ DATABASE_URL: where.databaseUrl, REDIS_URL: where.redisUrl, REDIS_PREFIX: where.redisPrefix },
  };
  const running = new Set<Child>();
  const eyes = new pg.Client({ connectionString: database.url });
  eyes.on('error', () => undefined);
  await eyes.connect();

  let started = 0;
  const run = async (program: typeof processes.startApi, port: number): Promise<Api> => {
    const address = `http://127.0.0.1:${port}`;
    const own = path.join(logs, String((started += 1)));
    const child = await program({ env: { ...common, PORT: String(port) }, logs: own, address });
    running.add(child);
    const kill = async () => {
      running.delete(child);
      process.kill(child.pid, 'SIGKILL');
      await child.died;
    };
    return { address, port, kill, stop: child.stop };
  };

  return {
    where,
    startApi: async (port) => run(processes.startApi, port ?? (await freePort())),
    startWorker: () => run(processes.startWorker, 0),
    rows: async <Row extends pg.QueryResultRow>(text: string, bind: unknown[] = []) =>
      (await eyes.query<Row>(text, bind)).rows,
    close: async () => {
      await Promise.all([...running].map((child) => child.stop()));
      await eyes.end();
      await database.drop();
      await rm(logs, { recursive: true, force: true });
    },
  };
}
