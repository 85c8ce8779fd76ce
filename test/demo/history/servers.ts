import { existsSync } from 'node:fs';
import path from 'node:path';
import { startPostgres } from '#db/embedded/postgres.ts';
import { startRedis } from '#db/embedded/redis.ts';
import { lockDirectory } from '../../../bin/lock.ts';

/**
 * The servers whose database is to be filled: those of the environment, or the ones that `npm start` keeps its
 * data in.
 * @throws Error with words for whoever typed it: when Minuet runs there, or has never run
 */
export async function openServers(): Promise<{ stop: () => Promise<void> }> {
  const redis = await startRedis({ ephemeral: true });
  process.env.REDIS_URL = redis.url;
  if (process.env.DATABASE_URL) return redis;
  const dataDir = path.resolve(process.env.DATA_DIR || '.data');
  try {
    if (!existsSync(dataDir))
      throw new Error('There is no database yet: run npm start once, or give DATABASE_URL');
    const lock = await lockDirectory(dataDir, `npm run demo:history, process ${process.pid}`);
    if (lock.heldBy !== undefined)
      throw new Error(`Minuet runs on this database; stop it first: ${lock.heldBy}`);
    const postgres = await startPostgres({ dataDir: path.join(dataDir, 'postgres') });
    process.env.DATABASE_URL = postgres.url;
    return {
      stop: async () => {
        await Promise.all([postgres.stop(), redis.stop()]);
        lock.release();
      },
    };
  } catch (error) {
    await redis.stop();
    throw error;
  }
}
