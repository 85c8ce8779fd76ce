/* eslint-disable @typescript-eslint/no-non-null-assertion -- every index is below a size that is kept here */
import { rules } from '#core/rules.ts';
import type { Links } from './links.ts';
import { maximumMatching } from './maximumMatching.ts';
import type { Roster } from './roster.ts';

export interface Terms {
  nowMs: number;
  relaxAfterSeconds: number;
  /** Everybody is decided now: as many pairs as possible come before the best score. */
  final: boolean;
}

// Weights are whole: tenths of a point. More than any chain of exchanges could gain.
const tenths = 10;
const eachPair = 10_000_000;

/** Two slots, and how well they fit. */
export interface Couple {
  a: number;
  b: number;
  score: number;
}

/**
 * Who goes best with whom among those who are linked: the matching of greatest weight, where a pair weighs its
 * score, softened as each side relaxes, and what both have waited.
 */
export function couples(slots: Iterable<number>, roster: Roster, links: Links, terms: Terms): Couple[] {
  const graph = graphOf(slots, roster, links, terms);
  const exact = terms.final && graph.slots.length <= exactUpTo;
  const limit = terms.final ? effort.final : effort.tentative;
  const partner = maximumMatching({ ...graph, vertices: graph.slots.length }, exact ? Infinity : limit);
  if (!exact) joinThoseLeft(graph, partner);
  const found: Couple[] = [];
  for (const [k, v] of graph.from.entries()) {
    const w = graph.to[k]!;
    if (partner[v] === w) found.push({ a: graph.slots[v]!, b: graph.slots[w]!, score: graph.score[k]! });
  }
  return found;
}

const { exactUpTo, effort, pointsPerSecondWaited, relaxOverSeconds, relaxAtMost } = rules.matching;

interface Linked {
  slots: number[];
  from: number[];
  to: number[];
  score: number[];
  weight: number[];
}

function graphOf(slots: Iterable<number>, roster: Roster, links: Links, terms: Terms): Linked {
  const graph: Linked = { slots: [], from: [], to: [], score: [], weight: [] };
  const numbers = new Int32Array(roster.size()).fill(-1);
  const ease = new Float64Array(roster.size());
  const bonus = new Float64Array(roster.size());
  for (const slot of slots) {
    links.each(slot, (other, score) => {
      // Each edge once: the one with the higher number leaves it to the other, if that one has it too.
      if (other < slot && links.holds(other, slot)) return;
      graph.from.push(numberOf(slot));
      graph.to.push(numberOf(other));
      graph.score.push(score);
      const softened = score + (100 - score) * ((ease[slot]! + ease[other]!) / 2);
      const weight = Math.round(tenths * (softened + bonus[slot]! + bonus[other]!));
      graph.weight.push(terms.final ? weight + eachPair : weight);
    });
  }
  return graph;

  function numberOf(slot: number): number {
    if (numbers[slot] !== -1) return numbers[slot]!;
    const waited = Math.max(0, terms.nowMs / 1000 - roster.waitingSinceSeconds(slot));
    ease[slot] = relaxation(waited, terms.relaxAfterSeconds);
    bonus[slot] = pointsPerSecondWaited * waited;
    numbers[slot] = graph.slots.length;
    return graph.slots.push(slot) - 1;
  }
}

/** How far a person's wishes are relaxed: at nearly 1, all whom they may meet are nearly as good as the best. */
function relaxation(waitedSeconds: number, afterSeconds: number): number {
  return Math.min(relaxAtMost, Math.max(0, (waitedSeconds - afterSeconds) / relaxOverSeconds));
}

/** Searches that were given up can leave two alone who are linked: they are joined, best first. */
function joinThoseLeft({ from, to, weight }: Linked, partner: Int32Array) {
  const left: number[] = [];
  for (const [k, v] of from.entries()) if (partner[v] === -1 && partner[to[k]!] === -1) left.push(k);
  for (const k of left.sort((k, l) => weight[l]! - weight[k]!)) {
    const [v, w] = [from[k]!, to[k]!];
    if (partner[v] !== -1 || partner[w] !== -1) continue;
    partner[v] = w;
    partner[w] = v;
  }
}
