import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Redis } from 'ioredis';
import { freePort } from '#db/embedded/port.ts';
import { startApi, startWorker } from '../../bin/processes.ts';
import type { House as Where } from '../invariants.ts';
import { openRedis, type OwnRedis } from '../story/redis.ts';
import { openPostgres, type OwnPostgres } from './ownPostgres.ts';
import { createProgram, type Program } from './program.ts';

/** Two API processes and two workers on servers of their own, as in production; everything may be broken. */
export interface House {
  where: Where;
  doors: string[];
  apis: Program[];
  workers: Program[];
  postgres: OwnPostgres;
  redis: OwnRedis;
  /** FLUSHALL. */
  emptyRedis: () => Promise<void>;
  close: () => Promise<void>;
}

/** @param keepLogs the directory for the processes' logs; without it they are gone with the house */
export async function openHouse(env: Record<string, string>, keepLogs?: string): Promise<House> {
  const logs = keepLogs ?? (await mkdtemp(path.join(tmpdir(), 'minuet-chaos-')));
  const [postgres, redis] = await Promise.all([openPostgres(), openRedis()]);
  const where = { databaseUrl: postgres.url, redisUrl: redis.url, redisPrefix: 'chaos' };
  const common = {
    ...process.env,
    ...{ NODE_ENV: 'production', HOST: '127.0.0.1', RATE_LIMIT_FACTOR: '1000' },
    ...{ JWT_SECRET: randomBytes(32).toString('hex'), LOG_LEVEL: 'info', DRAIN_SECONDS: '2' },
    ...env,
    ...{ DATABASE_URL: where.databaseUrl, REDIS_URL: where.redisUrl, REDIS_PREFIX: where.redisPrefix },
  };
  const apis: (Program & { address: string })[] = [];
  for (const name of ['api 1', 'api 2']) {
    const port = await freePort();
    const address = `http://127.0.0.1:${port}`;
    const program = createProgram(name, startApi, { env: { ...common, PORT: String(port) }, address }, logs);
    apis.push({ ...program, address });
  }
  const workers = ['worker 1', 'worker 2'].map((name) =>
    createProgram(name, startWorker, { env: common, address: '' }, logs),
  );
  await Promise.all([...apis, ...workers].map((program) => program.start()));

  return {
    ...{ where, apis, workers, postgres, redis },
    doors: apis.map(({ address }) => address),
    emptyRedis: async () => {
      const connection = new Redis(redis.url);
      connection.on('error', () => undefined);
      await connection.flushall();
      connection.disconnect();
    },
    close: async () => {
      await Promise.all([...apis, ...workers].map((program) => program.stop()));
      await redis.remove();
      await postgres.remove();
      if (keepLogs === undefined) await rm(logs, { recursive: true, force: true });
    },
  };
}
