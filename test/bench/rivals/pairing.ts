import { compatibility, type Person } from '#core/matching/compatibility.ts';
import { type Graph, maximumMatching, provenMatching } from '#core/matching/maximumMatching.ts';
import { rarityOf } from '#core/matching/rarity.ts';
import { bound, weightOf } from '#test/matching/proof.ts';
import { generator } from '../population.ts';

/** Who fits whom, and how well, of a whole pool: each edge once. Scores in tenths of a point. */
export interface Fits extends Graph {
  people: readonly Person[];
}

/** What a way of pairing came to. */
export interface Outcome {
  pairs: number;
  score: number;
}

/** Everybody compared with everybody, except those who came more than `withinMs` apart. */
export function fitsOf(people: readonly Person[], withinMs = Infinity): Fits {
  const rarity = rarityOf(people);
  const [from, to, weight]: [number[], number[], number[]] = [[], [], []];
  for (const [v, a] of people.entries()) {
    for (let w = v + 1; w < people.length; w++) {
      const b = people[w]!;
      if (b.waitingSinceMs - a.waitingSinceMs > withinMs) break;
      const fit = compatibility(a, b, rarity);
      if (!fit) continue;
      from.push(v);
      to.push(w);
      weight.push(Math.round(10 * fit.score));
    }
  }
  return { people, vertices: people.length, from, to, weight };
}

/**
 * The most pairs, and among those the greatest score: the true maximum over all edges. That it is one is proven
 * here each time by its prices, so that it need not be believed.
 */
export function maximum(fits: Fits): Outcome {
  const eachPair = 10_000_000;
  const graph = { ...fits, weight: Array.from(fits.weight, (weight) => weight + eachPair) };
  const proven = provenMatching(graph);
  if (weightOf(graph, proven.partners) !== bound(graph, proven)) throw new Error('the maximum is not proven');
  return outcome(fits, proven.partners);
}

/** The greatest score alone, for flows that are too large to prove. */
export function heaviest(fits: Fits): Outcome {
  return outcome(fits, maximumMatching(fits));
}

/** Best score first, over all pairs. */
export function greedy(fits: Fits): Outcome {
  const edges = Array.from(fits.from, (_, k) => k).sort((k, l) => fits.weight[l]! - fits.weight[k]!);
  return taking(fits, edges);
}

/** Anybody with anybody who fits. */
export function random(fits: Fits, seed: number): Outcome {
  const draw = generator(seed);
  const lots = Array.from(fits.from, () => draw());
  return taking(
    fits,
    Array.from(fits.from, (_, k) => k).sort((k, l) => lots[k]! - lots[l]!),
  );
}

/** Whoever has waited longest takes the first in the queue who fits, as the guide does. */
export function firstFeasible(people: readonly Person[]): Outcome {
  const rarity = rarityOf(people);
  const queue = [...people].sort((a, b) => a.waitingSinceMs - b.waitingSinceMs);
  const taken = new Set<Person>();
  let [pairs, score, next] = [0, 0, 0];
  for (const [k, a] of queue.entries()) {
    if (taken.has(a)) continue;
    while (next < queue.length && (next <= k || taken.has(queue[next]!))) next++;
    for (let l = next; l < queue.length; l++) {
      const b = queue[l]!;
      const fit = taken.has(b) ? null : compatibility(a, b, rarity);
      if (!fit) continue;
      taken.add(a).add(b);
      pairs++;
      score += fit.score;
      break;
    }
  }
  return { pairs, score };
}

function taking(fits: Fits, edges: readonly number[]): Outcome {
  const partner = new Int32Array(fits.vertices).fill(-1);
  for (const k of edges) {
    const [v, w] = [fits.from[k]!, fits.to[k]!];
    if (partner[v] !== -1 || partner[w] !== -1) continue;
    partner[v] = w;
    partner[w] = v;
  }
  return outcome(fits, partner);
}

function outcome(fits: Fits, partner: Int32Array): Outcome {
  let [pairs, tenths] = [0, 0];
  for (let k = 0; k < fits.from.length; k++) {
    if (partner[fits.from[k]!] !== fits.to[k]) continue;
    pairs++;
    tenths += fits.weight[k]!;
  }
  return { pairs, score: tenths / 10 };
}
