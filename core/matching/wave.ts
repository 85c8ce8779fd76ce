import { Counter, Histogram } from 'prom-client';
import { keys } from '#db/keys.ts';
import { redis } from '#db/redis.ts';
import { clock } from '#core/clock.ts';
import { metrics } from '#core/metrics.ts';
import { lastSeen } from '#core/journey/presence.ts';
import { publish } from '#core/journey/publish.ts';
import { rules } from '#core/rules.ts';
import { settings } from '#core/settings.ts';
import { commitPairs, type Opened } from './commit.ts';
import type { Person } from './compatibility.ts';
import { pair, type Pair } from './pairing.ts';
import { readPeople, readPool } from './people.ts';

/** The waiting people of one pool, as its leader keeps them between waves. */
export interface WaitingPool {
  name: string;
  people: Map<string, Person>;
  /** Whoever has moved since they were read. */
  moved: Set<string>;
  /** Everything must be read anew: a new leader, or wake-ups may have been missed. */
  stale: boolean;
}

export const newWaitingPool = (name: string): WaitingPool => ({
  name,
  people: new Map(),
  moved: new Set(),
  stale: true,
});

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

/**
 * One wave: reads who has come, decides who meets whom, commits what still holds, and tells them. Whoever was
 * not committed stays in the pool and is read again.
 * @param fence of the leader that calls
 * @returns the rounds that were opened
 */
export async function wave(pool: WaitingPool, fence: string): Promise<Opened[]> {
  await refresh(pool);
  const readAtMs = clock.ms();
  const present = await whoIsPresent(pool.name, [...pool.people.values()], readAtMs);
  const pairs = pair(present, { nowMs: readAtMs, relaxAfterSeconds: settings.relaxAfterSeconds });
  const opened = await commitPairs(pool.name, fence, await stillPresent(pool.name, pairs, readAtMs));
  measure(pool, opened);
  const paired = opened.flatMap((round) => [round.user1_id, round.user2_id]);
  for (const userId of paired) pool.people.delete(userId);
  for (const { a, b } of pairs)
    for (const { userId } of [a, b]) if (pool.people.has(userId)) pool.moved.add(userId);
  if (paired.length > 0) await publish(paired);
  return opened;
}

/** Reads only what has moved. */
async function refresh(pool: WaitingPool): Promise<void> {
  if (pool.stale) {
    pool.moved.clear();
    pool.stale = false;
    pool.people = new Map((await readPool(pool.name)).map((person) => [person.userId, person]));
    return;
  }
  const moved = [...pool.moved];
  if (moved.length === 0) return;
  pool.moved.clear();
  const read = await readPeople(pool.name, moved);
  for (const userId of moved) pool.people.delete(userId);
  for (const person of read) pool.people.set(person.userId, person);
}

/** Only whoever holds a request, or has just asked, is paired. */
async function whoIsPresent(pool: string, people: Person[], nowMs: number): Promise<Person[]> {
  const seen = await lastSeen(
    pool,
    people.map((person) => person.userId),
  );
  const freshSince = nowMs - settings.activeWithinSeconds * 1000;
  return people.filter((_, index) => (seen[index] ?? 0) >= freshSince);
}

/** When the decision took long, presence is asked once more. */
async function stillPresent(pool: string, pairs: Pair[], readAtMs: number): Promise<Pair[]> {
  const nowMs = clock.ms();
  if (nowMs - readAtMs <= rules.presenceRereadAfterMs) return pairs;
  const present = new Set(
    await whoIsPresent(
      pool,
      pairs.flatMap(({ a, b }) => [a, b]),
      nowMs,
    ),
  );
  return pairs.filter(({ a, b }) => present.has(a) && present.has(b));
}

const estimates = new Map<string, number>();

/** The estimated wait is a moving average of what the people just paired have waited. */
function measure(pool: WaitingPool, opened: Opened[]): void {
  if (opened.length === 0) return;
  roundsOpened.inc(opened.length);
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
