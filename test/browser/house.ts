import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Redis } from 'ioredis';
import { startApi, startWorker } from '../../bin/processes.ts';
import type { Child } from '../../db/embedded/child.ts';
import { freePort } from '../../db/embedded/port.ts';
import { cloneDatabase } from '../database.ts';
import { onEnd } from '../end.ts';
import { deleteKeys } from '../reset.ts';
import { closePages } from './chromium.ts';
import { openFront, type Front } from './front.ts';

/** A real API and a real worker, in processes of their own, behind a door of the test's. */
export interface House {
  front: Front;
  /** Its Redis loses everything, as one without persistence does when it is started anew. */
  emptyRedis: () => Promise<void>;
  stop: () => Promise<void>;
}

/**
 * Starts a house with this environment on a database of its own.
 * @param fill gives the house a past before it opens; it is told where the database is
 */
export async function startHouse(
  env: Record<string, string> = {},
  fill: (databaseUrl: string) => Promise<void> = async () => undefined,
): Promise<House> {
  const database = await cloneDatabase();
  const prefix = `minuet-browser-${randomBytes(4).toString('hex')}`;
  const logs = mkdtempSync(path.join(os.tmpdir(), 'minuet-house-'));
  const children: Promise<Child>[] = [];
  let front: Front | undefined;
  let stopping: Promise<void> | undefined;
  const stop = () => (stopping ??= end());
  onEnd(stop);
  try {
    return await open();
  } catch (error) {
    await stop();
    throw error;
  }

  async function open(): Promise<House> {
    await fill(database.url);
    const port = await freePort();
    const address = `http://127.0.0.1:${port}`;
    const own = {
      ...{ DATABASE_URL: database.url, REDIS_PREFIX: prefix, PORT: String(port), HOST: '127.0.0.1' },
      ...{ LOG_LEVEL: 'info', RATE_LIMIT_FACTOR: '100' },
    };
    const options = { address, logs, env: { ...process.env, ...own, ...env } };
    children.push(startApi(options), startWorker(options));
    await Promise.all(children);
    front = await openFront(address);
    return { front, emptyRedis, stop };
  }

  async function emptyRedis(): Promise<void> {
    const redis = new Redis(process.env.REDIS_URL!);
    await deleteKeys(redis, prefix);
    redis.disconnect();
  }

  async function end(): Promise<void> {
    await closePages();
    await front?.close();
    const started = await Promise.allSettled(children);
    await Promise.all(started.map(async (one) => one.status === 'fulfilled' && one.value.stop()));
    await Promise.all([database.drop(), emptyRedis()]); // the server may be somebody's own
    rmSync(logs, { recursive: true, force: true });
  }
}
