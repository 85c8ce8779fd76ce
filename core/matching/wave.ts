import { Counter, Histogram } from 'prom-client';
import { keys } from '#db/keys.ts';
import { redis } from '#db/redis.ts';
import { clock } from '#core/clock.ts';
import { metrics } from '#core/metrics.ts';
import { countPairings } from '#core/journey/journeyMetrics.ts';
import { lastSeen } from '#core/views/presence.ts';
import { publish } from '#core/views/publish.ts';
import { rules } from '#core/rules.ts';
import { settings } from '#core/settings.ts';
import { commitPairs, type Opened } from './commit.ts';
import type { Pair } from './crowd.ts';
import { forget, refresh, type WaitingPool } from './waitingPool.ts';

const timeToMatch = new Histogram({
  name: 'minuet_time_to_match_seconds',
  help: 'From coming into the pool to being paired',
  buckets: [0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 300, 1800],
  registers: [metrics],
});
const roundsOpened = new Counter({
  name: 'minuet_rounds_opened_total',
  help: 'Pairs made',
  registers: [metrics],
});

/** What came of a wave. */
export interface Waved {
  opened: Opened[];
  /** When another could decide something although no person comes or goes, ms; null: not before one does. */
  againAtMs: number | null;
}

/**
 * One wave: reads who has come, decides who meets whom, commits what still holds, and tells them. Those who
 * were not committed stay in the pool and are read again.
 * @param fence of the leader that calls
 */
export async function wave(pool: WaitingPool, fence: string): Promise<Waved> {
  await refresh(pool);
  const { pairs, againAtMs } = pool.crowd.wave({
    nowMs: clock.ms(),
    relaxAfterSeconds: settings.relaxAfterSeconds,
  });
  const opened = await commitPairs(pool.name, fence, await stillPresent(pool, pairs));
  measure(pool, opened);
  const paired = opened.flatMap((round) => [round.user1_id, round.user2_id]);
  for (const userId of paired) forget(pool, userId);
  for (const { a, b } of pairs)
    for (const { userId } of [a, b]) if (pool.people.has(userId)) pool.moved.add(userId);
  if (paired.length > 0) await publish(paired);
  return { opened, againAtMs };
}

/** When reading and deciding took long, presence is asked once more, as of now. */
async function stillPresent(pool: WaitingPool, pairs: Pair[]): Promise<Pair[]> {
  const freshSinceMs = clock.ms() - settings.activeWithinSeconds * 1000;
  if (freshSinceMs - pool.freshSinceMs <= rules.presenceRereadAfterMs) return pairs;
  const people = pairs.flatMap(({ a, b }) => [a.userId, b.userId]);
  const seen = await lastSeen(pool.name, people);
  const silent = new Set(people.filter((_, index) => (seen[index] ?? 0) < freshSinceMs));
  return pairs.filter(({ a, b }) => !silent.has(a.userId) && !silent.has(b.userId));
}

const estimates = new Map<string, number>();

/** The estimated wait is a moving average of what the people just paired have waited. */
function measure(pool: WaitingPool, opened: Opened[]): void {
  if (opened.length === 0) return;
  roundsOpened.inc(opened.length);
  countPairings(opened.length);
  const nowMs = clock.ms();
  let estimate = estimates.get(pool.name);
  for (const userId of opened.flatMap((round) => [round.user1_id, round.user2_id])) {
    const waited = Math.max(0, nowMs - (pool.people.get(userId)?.waitingSinceMs ?? nowMs)) / 1000;
    timeToMatch.observe(waited);
    estimate = estimate === undefined ? waited : estimate * 0.9 + waited * 0.1;
  }
  estimates.set(pool.name, estimate ?? 0);
  void redis.hset(keys.poolFacts(pool.name), 'estimate', Math.ceil(estimate ?? 0)).catch(() => undefined);
}
