import path from 'node:path';
import { randomBytes } from 'node:crypto';
import { findServers } from '../servers.ts';

/**
 * Opens servers for a benchmark, and points this process and its children at them. To be called before anything
 * of the product is imported, which reads its settings once.
 * @returns a function that closes them
 */
export async function openHouse(): Promise<() => Promise<void>> {
  const servers = await findServers();
  Object.assign(process.env, {
    DATABASE_URL: servers.databaseUrl,
    REDIS_URL: servers.redisUrl,
    REDIS_PREFIX: servers.redisPrefix,
    JWT_SECRET: randomBytes(32).toString('hex'),
    LOG_LEVEL: 'warn',
    METRICS_TOKEN: 'bench',
    RATE_LIMIT_FACTOR: '1000',
  });
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => process.exit(1)); // and the children
  const { redis, redisReady } = await import('#db/redis.ts');
  const { sequelize } = await import('#db/postgres.ts');
  await redisReady();
  return async () => {
    await sequelize.close();
    redis.disconnect();
    await servers.stop();
  };
}

export const apiFile = path.join(import.meta.dirname, '../../api/main.ts');
export const workerFile = path.join(import.meta.dirname, '../../worker/main.ts');
