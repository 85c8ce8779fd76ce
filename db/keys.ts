import { settings } from '#core/settings.ts';

/**
 * Every Redis key has its name from here. Whatever one script touches together belongs to one pool and
 * shares the pool's hash tag, so that a pool lives on one node of a Redis Cluster.
 */
export const keys = {
  /** Hash: what a poll of this person reads; see lua/publish.lua. */
  view: (pool: string, userId: string) => `${inPool(pool)}view:${userId}`,
  /** Sorted set: user → when a request of theirs was last open, ms. */
  presence: (pool: string) => `${inPool(pool)}presence`,
  /** Sorted set: user → waiting since, ms. Those who may be paired now. */
  waiting: (pool: string) => `${inPool(pool)}waiting`,
  /** Hash: what the matchmaker tells about the pool (estimated wait). */
  poolFacts: (pool: string) => `${inPool(pool)}facts`,
  /** Hash: since when presence has been continuously available; see lua/watch.lua. */
  watch: (pool: string) => `${inPool(pool)}watch`,
  /** List: a header and then the signals of a round for one reader; see lua/append.lua. */
  mailbox: (pool: string, roundId: string, readerId: string) => `${inPool(pool)}mail:${roundId}:${readerId}`,
  /** Hash: what one writer has sent in a round (epoch, last client_seq); see lua/append.lua. */
  sent: (pool: string, roundId: string, writerId: string) => `${inPool(pool)}sent:${roundId}:${writerId}`,

  /** Channel: user ids whose view has changed. */
  wake: () => `${settings.redisPrefix}:wake`,
  /** Channel: user ids who came into a pool, for its matchmaker. */
  arrivals: (pool: string) => `${settings.redisPrefix}:arrivals:${pool}`,
  rateLimit: (name: string) => `${settings.redisPrefix}:limit:${name}:`,
  /** BullMQ's prefix. */
  jobs: () => `${settings.redisPrefix}:{jobs}`,
};

/** The two places of a round: user1_id sits at 1 and makes the offer. */
export type Seat = 1 | 2;

const inPool = (pool: string) => `${settings.redisPrefix}:{${pool}}:`;
