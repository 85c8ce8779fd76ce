/* eslint-disable @typescript-eslint/no-non-null-assertion -- every index is below a size that is kept here */
import { type Arcs, type Forest, createForest } from './forest.ts';

/** Edge k joins `from[k]` and `to[k]`. Weights are whole and not negative. */
export interface Graph {
  vertices: number;
  from: ArrayLike<number>;
  to: ArrayLike<number>;
  weight: ArrayLike<number>;
}

/**
 * The matching of greatest weight in a graph, by Edmonds' blossoms (Galil 1986, "Efficient algorithms for finding
 * maximum matching in graphs"). Give every edge the same large extra weight, and it has as many pairs as possible
 * before all else.
 *
 * Three things make it fit for waves. It starts from prices with which nine in ten are matched before the first
 * search (Kolmogorov 2009). It grows one tree at a time from an unmatched vertex, touching only its neighbourhood;
 * searches that grow from everybody at once renew n labels for each of up to n dual steps. And a tree may be given
 * up after `effort` steps: prices and matching stay valid, one person stays alone.
 * @param effort vertices and edges that one search may look at; Infinity: exact
 * @returns the partner of each vertex; -1: alone
 */
export function maximumMatching(graph: Graph, effort = Infinity): Int32Array {
  return solve(graph, effort).partners;
}

/** The exact matching, and the prices that prove it: no matching can weigh more than they add up to. */
export function provenMatching(graph: Graph) {
  const { partners, forest } = solve(graph, Infinity);
  return { partners, prices: forest.dual.slice(0, graph.vertices), blossoms: forest.blossoms() };
}

function solve(graph: Graph, effort: number) {
  const arcs = arcsOf(graph);
  const forest = createForest(arcs);
  start(arcs, forest);
  for (let v = 0; v < arcs.vertices; v++)
    if (forest.mate[v] === -1 && forest.dual[v]! > 0) forest.grow(v, effort);
  const partners = forest.mate.map((arc) => (arc === -1 ? -1 : arcs.end[arc]!));
  return { partners, forest };
}

function arcsOf({ vertices, from, to, weight }: Graph): Arcs {
  const edges = from.length;
  const end = new Int32Array(2 * edges);
  const twice = new Float64Array(edges);
  const first = new Int32Array(vertices + 1);
  for (let k = 0; k < edges; k++) {
    end[2 * k] = from[k]!;
    end[2 * k + 1] = to[k]!;
    twice[k] = 2 * weight[k]!;
    first[from[k]! + 1]!++;
    first[to[k]! + 1]!++;
  }
  for (let v = 0; v < vertices; v++) first[v + 1]! += first[v]!;
  const next = first.slice();
  const leaving = new Int32Array(2 * edges);
  for (let k = 0; k < edges; k++) {
    leaving[next[from[k]!]!++] = 2 * k + 1;
    leaving[next[to[k]!]!++] = 2 * k;
  }
  return { vertices, end, first, leaving, twice };
}

/**
 * Everybody's price is what their best edge is worth; then each in turn lowers theirs until some edge is tight,
 * and takes the one at its other end if they are still alone.
 */
function start({ vertices, end, first, leaving, twice }: Arcs, { dual, mate }: Forest) {
  for (let v = 0; v < vertices; v++)
    for (let k = first[v]!; k < first[v + 1]!; k++)
      dual[v] = Math.max(dual[v]!, twice[leaving[k]! >> 1]! / 2);
  for (let v = 0; v < vertices; v++) {
    if (mate[v] !== -1) continue;
    let tight = -1;
    let lowest = 0;
    for (let k = first[v]!; k < first[v + 1]!; k++) {
      const arc = leaving[k]!;
      const price = twice[arc >> 1]! - dual[end[arc]!]!;
      if (price < lowest || (price === lowest && tight !== -1)) continue;
      lowest = price;
      tight = mate[end[arc]!] === -1 ? arc : -1;
    }
    dual[v] = lowest;
    if (tight === -1) continue;
    mate[v] = tight;
    mate[end[tight]!] = tight ^ 1;
  }
}
