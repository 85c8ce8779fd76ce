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

/**
 * Who goes best with whom among those who are linked: the matching of greatest weight, where a pair weighs its
 * score, softened as each side relaxes, and what both have waited.
 * @returns slots, two by two
 */
export function couples(
  slots: Iterable<number>,
  roster: Roster,
  links: Links,
  terms: Terms,
): [number, number][] {
  const { exactUpTo, effort } = rules.matching;
  const graph = graphOf(slots, roster, links, terms);
  const vertices = graph.slots.length;
  const exact = terms.final && vertices <= exactUpTo;
  const partner = maximumMatching(
    { ...graph, vertices },
    exact ? Infinity : terms.final ? effort.final : effort.tentative,
  );
  if (!exact) joinThoseLeft(graph, partner);
  const found: [number, number][] = [];
  for (const [v, w] of partner.entries()) if (v < w) found.push([graph.slots[v]!, graph.slots[w]!]);
  return found;
}

interface Linked {
  slots: number[];
  from: number[];
  to: number[];
  weight: number[];
}

function graphOf(slots: Iterable<number>, roster: Roster, links: Links, terms: Terms): Linked {
  const graph: Linked = { slots: [], from: [], to: [], weight: [] };
  const numbers = new Int32Array(roster.size()).fill(-1);
  const ease = new Float64Array(roster.size());
  const bonus = new Float64Array(roster.size());
  for (const slot of slots) {
    links.each(slot, (other, score) => {
      // Each edge once: the one with the higher number leaves it to the other, if that one has it too.
      if (other < slot && links.holds(other, slot)) return;
      const [v, w] = [numberOf(slot), numberOf(other)];
      const softened = score + (100 - score) * ((ease[slot]! + ease[other]!) / 2);
      graph.from.push(v);
      graph.to.push(w);
      graph.weight.push(
        Math.round(tenths * (softened + bonus[slot]! + bonus[other]!)) + (terms.final ? eachPair : 0),
      );
    });
  }
  return graph;

  function numberOf(slot: number): number {
    if (numbers[slot] !== -1) return numbers[slot]!;
    const waited = Math.max(0, terms.nowMs / 1000 - roster.waitingSinceSeconds(slot));
    ease[slot] = relaxation(waited, terms.relaxAfterSeconds);
    bonus[slot] = rules.matching.pointsPerSecondWaited * waited;
    numbers[slot] = graph.slots.length;
    return graph.slots.push(slot) - 1;
  }
}

/** 0–1: how much of their wishes somebody has let go. At 1 anybody whom they may meet is as good as the best. */
function relaxation(waitedSeconds: number, afterSeconds: number): number {
  return Math.min(1, Math.max(0, (waitedSeconds - afterSeconds) / rules.matching.relaxOverSeconds));
}

/** Searches that were given up can leave two alone who are linked: they are joined, best first. */
function joinThoseLeft({ from, to, weight }: Linked, partner: Int32Array) {
  const both = from.flatMap((v, k) => (partner[v] === -1 && partner[to[k]!] === -1 ? [k] : []));
  for (const k of both.sort((k, l) => weight[l]! - weight[k]!)) {
    const [v, w] = [from[k]!, to[k]!];
    if (partner[v] !== -1 || partner[w] !== -1) continue;
    partner[v] = w;
    partner[w] = v;
  }
}
