import type { Person } from './compatibility.ts';
import { createCrowd, type Instant, type Pair } from './crowd.ts';

export type { Pair } from './crowd.ts';

/**
 * Who of these people meets whom now: as many pairs as possible first, the best scores second. Pure, and
 * deterministic by seed, whatever the order of the pool.
 */
export function pair(pool: readonly Person[], at: Omit<Instant, 'hold'> & { seed?: number }): Pair[] {
  const crowd = createCrowd();
  for (const person of inOrder(pool, at.seed ?? 1)) crowd.put(person);
  return crowd.wave({ ...at, hold: false }).pairs;
}

/** Longest waiting first; the seed decides between those who came at the same instant. */
function inOrder(pool: readonly Person[], seed: number): Person[] {
  const lots = new Map(pool.map((person) => [person, lot(person.userId, seed)]));
  return [...pool].sort(
    (a, b) =>
      a.waitingSinceMs - b.waitingSinceMs ||
      (lots.get(a) ?? 0) - (lots.get(b) ?? 0) ||
      (a.userId < b.userId ? -1 : 1),
  );
}

/** A number drawn for an id: FNV-1a, and Murmur's last mixing, without which neighbours stay neighbours. */
function lot(id: string, seed: number): number {
  let hash = 0x811c9dc5 ^ seed;
  for (let k = 0; k < id.length; k++) hash = Math.imul(hash ^ id.charCodeAt(k), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
