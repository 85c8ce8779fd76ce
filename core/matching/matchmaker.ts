import { keys } from '#db/keys.ts';
import { openRedis } from '#db/redis.ts';
import { sql } from '#db/postgres.ts';
import { clock } from '#core/clock.ts';
import { newId } from '#core/ids.ts';
import { log } from '#core/log.ts';
import { rules } from '#core/rules.ts';
import { lead, resign } from './lease.ts';
import { forget, newWaitingPool, type WaitingPool } from './waitingPool.ts';
import { wave } from './wave.ts';

/** A matchmaker that runs until it is stopped. */
export interface Matchmaker {
  holder: string;
  stop: () => Promise<void>;
}

const lookAgainMs = 1_000;
const readBackSeconds = 5;

/**
 * Runs the matchmaker of one pool: leads when no other does, and makes waves while leading. Idle it pairs at once;
 * under load arrivals coalesce. Any number of these may run; one leads.
 */
export function startMatchmaker(poolName: string): Matchmaker {
  const holder = newId();
  const pool = newWaitingPool(poolName);
  let fence: string | null = null;
  let stopped = false;
  let waving: Promise<unknown> = Promise.resolve();
  let asked = false;
  let lastWaveMs = 0;
  let waitingSinceMs: number | null = null; // since when a wave has been asked for and none has ended well
  let standBackUntilMs = 0;
  let later: NodeJS.Timeout | undefined;

  const subscriber = openRedis();
  subscriber.on('message', (channel, message: string) => {
    if (channel === keys.wake() ? noteMoves(pool, message) : noteArrivals(pool, message)) ask();
  });
  subscriber.on('ready', () => {
    pool.stale = true;
    ask();
  });
  void subscriber.subscribe(keys.wake(), keys.arrivals(poolName)).catch(() => undefined);

  const ask = () => {
    if (asked || stopped || fence === null) return;
    asked = true;
    waitingSinceMs ??= performance.now();
    const waitMs = Math.max(0, lastWaveMs + rules.coalesceMs - performance.now());
    setTimeout(() => {
      waving = waving.then(makeWave);
    }, waitMs);
  };

  const makeWave = async () => {
    asked = false;
    if (fence === null || stopped) return;
    let againAtMs: number | null = null;
    const looksOnly = pool.moved.size === 0 && !pool.stale;
    try {
      ({ againAtMs } = await wave(pool, fence));
      waitingSinceMs = null;
    } catch (err) {
      pool.stale = true;
      log.warn({ err, pool: poolName }, 'a wave failed; the next one reads everything anew');
    }
    if (!looksOnly) lastWaveMs = performance.now(); // a mere look does not delay people who come now
    clearTimeout(later);
    if (pool.moved.size > 0) ask();
    else if (againAtMs !== null) later = setTimeout(ask, Math.max(0, againAtMs - clock.ms()));
  };

  const keepLead = async () => {
    if (await standBack()) return;
    try {
      const held = await lead(poolName, holder);
      if (held !== fence) {
        pool.stale = true;
        if (held !== null) log.info({ pool: poolName, fence: held }, 'leading the pool');
      }
      fence = held;
    } catch (err) {
      fence = null;
      log.warn({ err, pool: poolName }, 'the lead could not be renewed');
    }
  };

  /**
   * The lead is renewed only while waves progress: a process that cannot make one, though it can renew its lease, gives
   * another one the chance for two leases.
   */
  const standBack = async (): Promise<boolean> => {
    const nowMs = performance.now();
    if (fence !== null && waitingSinceMs !== null && nowMs - waitingSinceMs > rules.matchmakerStuckMs) {
      log.warn({ pool: poolName, fence }, 'no wave has ended well for too long; another matchmaker may lead');
      fence = null;
      standBackUntilMs = nowMs + 2 * rules.matchmakerLeaseMs;
      await resign(poolName, holder).catch(() => undefined);
    }
    if (nowMs >= standBackUntilMs) {
      if (fence === null) waitingSinceMs = null;
      return false;
    }
    return true;
  };

  const lookAgain = async () => {
    if (fence === null) return;
    try {
      for (const { user_id, version, guard } of await changedLately(poolName)) {
        const known = pool.people.get(user_id);
        if (known?.version !== version || known.guard !== guard) pool.moved.add(user_id);
      }
    } catch {
      pool.stale = true;
    }
    ask();
  };

  let renewal: Promise<void> | undefined;
  const renew = () => {
    renewal ??= keepLead()
      .then(ask)
      .finally(() => (renewal = undefined));
  };
  const renewing = setInterval(renew, rules.matchmakerRenewMs);
  const looking = setInterval(() => void lookAgain(), lookAgainMs);
  renew();

  return {
    holder,
    stop: async () => {
      stopped = true;
      clearInterval(renewing);
      clearInterval(looking);
      clearTimeout(later);
      subscriber.disconnect();
      await Promise.all([waving, renewal]); // a renewal under way would take the lead back
      await resign(poolName, holder).catch(() => undefined);
    },
  };
}

/**
 * Takes note of the moves in a wake-up `<pool> <user>:<version>:<in the pool> …`; see lua/publish.lua.
 * @returns whether a person came into this pool
 */
function noteMoves(pool: WaitingPool, message: string): boolean {
  const [name, ...entries] = message.split(' ');
  if (name !== pool.name) return false;
  let arrived = false;
  for (const entry of entries) {
    const [userId = '', , inPool] = entry.split(':');
    if (inPool === '1') {
      pool.moved.add(userId);
      arrived = true;
    } else if (inPool === '0') forget(pool, userId);
  }
  return arrived;
}

/** Takes note of people who came into the pool without a new version: their user ids, by spaces; see voters.ts. */
function noteArrivals(pool: WaitingPool, message: string): boolean {
  for (const userId of message.split(' ')) pool.moved.add(userId);
  return true;
}

/** People who came into the pool in the last seconds: makes up for a lost wake-up. */
const changedLately = (pool: string): Promise<{ user_id: string; version: number; guard: number }[]> =>
  sql(
    `SELECT user_id, version, guard FROM journeys
      WHERE pool = $1 AND state = 'WAITING' AND NOT parked AND changed_at > $2`,
    [pool, clock.after(-readBackSeconds)],
  );
