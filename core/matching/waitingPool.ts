import { clock } from '#core/clock.ts';
import { lastSeen, wentQuiet } from '#core/views/presence.ts';
import { settings } from '#core/settings.ts';
import type { Person } from './compatibility.ts';
import { createCrowd, type Crowd } from './crowd.ts';
import { readPeople, readPool } from './people.ts';

/** The waiting people of one pool, as its leader keeps them between waves. */
export interface WaitingPool {
  name: string;
  /** Everybody who has been read. */
  people: Map<string, Person>;
  /** Those of them who may be paired: heard of lately, and not just decided. */
  crowd: Crowd;
  /** Those who are silent: they are not paired until they are heard of again. */
  silent: Set<string>;
  /** People who have moved since they were read. */
  moved: Set<string>;
  /** Everything must be read anew: a new leader, or wake-ups may have been missed. */
  stale: boolean;
  /** People last heard of before this instant are silent, ms: how far presence has been looked at. */
  freshSinceMs: number;
}

/** A pool of which nothing has been read yet. */
export const newWaitingPool = (name: string): WaitingPool => ({
  name,
  people: new Map(),
  crowd: createCrowd(),
  silent: new Set(),
  moved: new Set(),
  stale: true,
  freshSinceMs: 0,
});

/** Takes a person out of the pool as far as this leader is concerned; the commit checks again. */
export function forget(pool: WaitingPool, userId: string): void {
  pool.people.delete(userId);
  pool.silent.delete(userId);
  pool.crowd.remove(userId);
}

/** Brings the pool up to date; reads only who has moved, gone silent or been silent. */
export async function refresh(pool: WaitingPool): Promise<void> {
  const freshSinceMs = clock.ms() - settings.activeWithinSeconds * 1000;
  if (pool.stale) await readAnew(pool, freshSinceMs);
  else {
    await silence(pool, freshSinceMs);
    await readMoved(pool);
  }
  await unsilence(pool, freshSinceMs);
  pool.freshSinceMs = freshSinceMs;
}

async function readAnew(pool: WaitingPool, freshSinceMs: number): Promise<void> {
  pool.moved.clear();
  pool.stale = false;
  for (const userId of [...pool.people.keys()]) forget(pool, userId);
  for (const person of await readPool(pool.name)) admit(pool, person);
  pool.freshSinceMs = freshSinceMs;
}

async function readMoved(pool: WaitingPool): Promise<void> {
  const moved = [...pool.moved];
  if (moved.length === 0) return;
  pool.moved.clear();
  const read = await readPeople(pool.name, moved);
  for (const userId of moved) forget(pool, userId);
  for (const person of read) admit(pool, person);
}

/** A person who has just been read is silent until presence says otherwise, which is asked next. */
function admit(pool: WaitingPool, person: Person): void {
  pool.people.set(person.userId, person);
  pool.silent.add(person.userId);
}

/** Those who were last heard of between the former limit of freshness and the present one fall silent. */
async function silence(pool: WaitingPool, freshSinceMs: number): Promise<void> {
  for (const userId of await wentQuiet(pool.name, pool.freshSinceMs, freshSinceMs)) {
    if (!pool.people.has(userId)) continue;
    pool.silent.add(userId);
    pool.crowd.remove(userId);
  }
}

async function unsilence(pool: WaitingPool, freshSinceMs: number): Promise<void> {
  const silent = [...pool.silent];
  const seen = await lastSeen(pool.name, silent);
  for (const [index, userId] of silent.entries()) {
    const person = pool.people.get(userId);
    if (!person || (seen[index] ?? 0) < freshSinceMs) continue;
    pool.silent.delete(userId);
    pool.crowd.put(person);
  }
}
