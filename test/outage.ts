import { once } from 'node:events';
import { redis } from '#db/redis.ts';

/** Does something while this process has no Redis, and gives it back. */
export async function withoutRedis<T>(work: () => Promise<T>): Promise<T> {
  const ended = once(redis, 'end');
  redis.disconnect();
  await ended;
  try {
    return await work();
  } finally {
    await redis.connect();
  }
}
