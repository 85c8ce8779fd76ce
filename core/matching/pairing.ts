import type { Person } from './compatibility.ts';
import { createCrowd, type Instant, type Pair } from './crowd.ts';

export type { Pair } from './crowd.ts';

/**
 * Who of these people meets whom now: as many pairs as possible first, then the best scores, then the longest waits.
 * Pure, deterministic by seed, and indifferent to the order of the pool. A leader that keeps its people between waves
 * uses the crowd (crowd.ts), of which this is the case where everybody is decided at once.
 *
 * How it goes: each newcomer is compared with some two hundred of those present (search.ts: the nearest in place and
 * age, those who share a topic, the longest waiting), at some 50 ns each (roster.ts); each person remembers their best
 * twelve (links.ts); over these links the matching of greatest weight is found (maximumMatching.ts), exactly up to
 * 1,000 people and with bounded effort beyond. While many come, the crowd holds newcomers for up to a second.
 *
 * Measured by `npm run bench -- pool` (0: pairing at random, 1: the proven maximum; pools of 500 and 1,000):
 * 0.999–1.000 with the same number of pairs (0.998 of them at worst); in a flow 0.97 of an optimum that knows all
 * arrivals.
 *
 * Tried and rejected, with the figures that decided:
 * - First who fits, as the guide does: 0.11–0.15. Best score first: 0.80–0.83, with one pair in ten missing at 10,000.
 * - Blossom with trees from everybody at once, as textbooks have it: 101 ms for 1,000 people and 40 s for 5,000
 *   (PLATFORM.md). One tree at a time from good first prices: 46 ms and 0.5–4 s.
 * - Exact beyond 1,000: 10,000 people took 5–35 s. Giving each tree up after 3,000 steps: 0.15 s, 0.9998 of the score.
 * - Eight links instead of twelve: the same score, but 392 instead of 394 of 396 pairs where two thirds are men.
 * - Links with the best only, ties in order: all link with the same twelve, and 400 people alike made 12 pairs a wave.
 * - Twice the candidates: 0.4 % more score for twice the time.
 * - Deciding at once in a flow: 0.73–0.85 of the hindsight optimum instead of 0.97. Batches of a second: the same
 *   score as holding each for a second, and no shorter a wait.
 * - Holding everybody for the whole second: the score of contentAt 1.1 and twice its median wait (1.0 s, 0.5 s);
 *   contentAt 1.0 halves it again and costs a point.
 * - Sparing newcomers, whose best may yet come, by up to 30 points: 0.972 instead of 0.973. Favouring those whose hold
 *   is over by 20: 0.964.
 * - 1, 2 or 4 points for each second waited, two men to a woman: mean score 57.8, 56.3, 54.5, wait of the 99th of a
 *   hundred men 29, 25, 24 s.
 * - Ten times the effort for decisions that the next wave makes again: the same score for 40 % more of a core.
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
