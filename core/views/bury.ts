import { keys } from '#db/keys.ts';
import { script } from '#db/redis.ts';

/** The version of a mark in the place of a view; see lua/bury.lua. */
export const buriedVersion = 2_147_483_647;

/** Removes a person who is gone from Redis. A mark stays, so that a slow writer does not bring their view back. */
export const bury = (pool: string, userId: string): Promise<1> =>
  buryScript([keys.view(pool, userId), keys.presence(pool), keys.waiting(pool)], [userId, markSeconds]);

const buryScript = script<1>('bury');
const markSeconds = 24 * 3600;
