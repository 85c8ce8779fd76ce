import { keys } from '#db/keys.ts';
import { sql } from '#db/postgres.ts';
import { redis } from '#db/redis.ts';
import { clock } from '#core/clock.ts';
import { Problem } from '#core/errors.ts';
import type { State } from '#core/journey/journey.ts';
import { noteArrival } from '#core/views/presence.ts';

/**
 * Takes note of what a client says of itself: a sign of life, or that there will be none. It changes no state: where a
 * person is follows from what they do. A person under way is not forgotten on `offline`; `leave` is for that.
 * @throws `unauthenticated` when the account is gone
 */
export async function sayActivity(userId: string, status: 'online' | 'searching' | 'in_call' | 'offline') {
  const [journey] = await sql<{ pool: string; state: State; state_version: number }>(
    'SELECT pool, state, version AS state_version FROM journeys WHERE user_id = $1',
    [userId],
  );
  if (!journey) throw new Problem('unauthenticated', 'This account no longer exists');
  const { pool, ...where } = journey;
  if (status !== 'offline') await noteArrival(pool, userId);
  else if (where.state === 'IDLE') await redis.zrem(keys.presence(pool), userId).catch(() => undefined); // forgotten by itself otherwise
  return { ...where, server_time: clock.now() };
}
