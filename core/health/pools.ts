import { keys } from '#db/keys.ts';
import { sql } from '#db/postgres.ts';
import { redis } from '#db/redis.ts';
import { clock } from '#core/clock.ts';
import { pools } from '#core/pools.ts';

interface Leader {
  pool: string;
  holder: string | null;
  fence: string;
  expires_at: Date;
}

/** Each pool: who waits in it and for how long, and whether a matchmaker leads it. */
export async function readPools() {
  const now = clock.now();
  const leaders = await sql<Leader>('SELECT pool, holder, fence::text AS fence, expires_at FROM matchmakers');
  const read = async (name: string) => {
    const leader = leaders.find(({ pool }) => pool === name);
    const [waiting, [, oldest], estimate, since] = await Promise.all([
      redis.zcount(keys.waiting(name), '-inf', String(now.getTime())),
      redis.zrange(keys.waiting(name), '0', '0', 'WITHSCORES'),
      redis.hget(keys.poolFacts(name), 'estimate'),
      redis.hget(keys.watch(name), 'since'),
    ]);
    return {
      ...{ name, waiting },
      longest_wait_seconds: waiting > 0 ? Math.max(0, (now.getTime() - Number(oldest)) / 1000) : null,
      estimated_wait_seconds: estimate === null ? null : Number(estimate),
      led: leader !== undefined && leader.holder !== null && leader.expires_at > now,
      lease_expires_at: leader?.expires_at ?? null,
      fence: leader?.fence ?? null,
      presence_since: since === null ? null : new Date(Number(since)),
    };
  };
  return { server_time: now, pools: await Promise.all(pools.map(read)) };
}
