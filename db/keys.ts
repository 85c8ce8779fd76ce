import { settings } from '#core/settings.ts';

/**
 * Every Redis key has its name from here. The keys that one script uses together belong to one pool and
 * share the pool's hash tag, so that a pool lives on one node of a Redis Cluster.
 * @param prefix of one deployment: several may share a Redis
 */
export function keysUnder(prefix: string) {
  const inPool = (pool: string) => `${prefix}:{${pool}}:`;
  return {
    /** Hash: what a poll of this person reads; see lua/publish.lua. */
    view: (pool: string, userId: string) => `${inPool(pool)}view:${userId}`,
    /** Sorted set: user → when a request of theirs was last open, ms. */
    presence: (pool: string) => `${inPool(pool)}presence`,
    /** Sorted set: user → counted in the queue from, ms, perhaps in the future. */
    waiting: (pool: string) => `${inPool(pool)}waiting`,
    /** Hash: what the matchmaker tells about the pool (estimated wait). */
    poolFacts: (pool: string) => `${inPool(pool)}facts`,
    /** Hash: since when presence has been continuously available; see lua/watch.lua. */
    watch: (pool: string) => `${inPool(pool)}watch`,
    /** List: a header and then the signals of a round for one reader; see lua/append.lua. */
    mailbox: (pool: string, roundId: string, readerId: string) =>
      `${inPool(pool)}mail:${roundId}:${readerId}`,
    /** Hash: what one writer has sent in a round (epoch, last client_seq, which of them were dropped); see lua/append.lua. */
    sent: (pool: string, roundId: string, writerId: string) => `${inPool(pool)}sent:${roundId}:${writerId}`,

    /** Channel: user ids whose view has changed. */
    wake: () => `${prefix}:wake`,
    /** Channel: user ids who came into a pool although their view is the same, for its matchmaker. */
    arrivals: (pool: string) => `${prefix}:arrivals:${pool}`,
    /** String: how many people are where, as the worker counted last. */
    activity: () => `${prefix}:activity`,
    /** String: an answer that was worked out a moment ago. */
    answer: (name: string, asked: string) => `${prefix}:answer:${name}:${asked}`,
    rateLimit: (name: string) => `${prefix}:limit:${name}:`,
    /** BullMQ's prefix. */
    jobs: () => `${prefix}:{jobs}`,
  };
}

/** The keys of this deployment. */
export const keys = keysUnder(settings.redisPrefix);

/** The two places of a round: user1_id sits at 1 and makes the offer. */
export type Seat = 1 | 2;
