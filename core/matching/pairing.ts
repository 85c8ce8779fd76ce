import { rules } from '#core/rules.ts';
import { type Compatibility, type Person, compatibility } from './compatibility.ts';
import { type Rarity, rarityOf } from './rarity.ts';

export interface Pair {
  a: Person;
  b: Person;
  compatibility: Compatibility;
}

interface Instant {
  nowMs: number;
  rarity?: Rarity;
  seed?: number;
  relaxAfterSeconds?: number;
}

/** Who meets whom. First, simple version: greedy by weight over all pairs. */
export function pair(pool: readonly Person[], at: Instant): Pair[] {
  const rarity = at.rarity ?? rarityOf(pool);
  const people = pool
    .filter((p) => p.cooldownUntilMs <= at.nowMs)
    .sort((p, q) => p.waitingSinceMs - q.waitingSinceMs || (p.userId < q.userId ? -1 : 1));
  const edges: (Pair & { weight: number })[] = [];
  people.forEach((a, i) => {
    for (const b of people.slice(i + 1)) {
      const fit = compatibility(a, b, rarity);
      if (fit) edges.push({ a, b, compatibility: fit, weight: fit.score + bonus(a, at) + bonus(b, at) });
    }
  });
  edges.sort((e, f) => f.weight - e.weight);
  const taken = new Set<string>();
  const pairs: Pair[] = [];
  for (const { a, b, compatibility } of edges) {
    if (taken.has(a.userId) || taken.has(b.userId)) continue;
    taken.add(a.userId).add(b.userId);
    pairs.push({ a, b, compatibility });
  }
  return pairs;
}

function bonus(person: Person, at: Instant): number {
  const seconds = Math.max(0, at.nowMs - person.waitingSinceMs) / 1000;
  return rules.matching.pointsPerSecondWaited * seconds;
}
