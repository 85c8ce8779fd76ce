import type { Graph, provenMatching } from '#core/matching/maximumMatching.ts';

type Proof = Pick<ReturnType<typeof provenMatching>, 'prices' | 'blossoms'>;

/**
 * What no matching of this graph can weigh more than, by the duality of linear programming: the prices of the
 * vertices, and of odd sets of them, that cover every edge. Asks nothing of how the prices were found.
 * @throws if the prices do not cover an edge, and so prove nothing
 */
export function bound(graph: Graph, { prices, blossoms }: Proof): number {
  const within = blossoms.map(({ members, dual }) => ({ members: new Set(members), dual }));
  const twiceBlossoms = within.reduce((sum, { members, dual }) => sum + dual * (members.size - 1), 0);
  if (within.some(({ members, dual }) => dual < 0 || members.size % 2 === 0))
    throw new Error('not a blossom');
  if (prices.some((price) => price < 0)) throw new Error('a price below zero');
  for (let k = 0; k < graph.from.length; k++) {
    const [v, w] = [graph.from[k]!, graph.to[k]!];
    let slack = prices[v]! + prices[w]! - 2 * graph.weight[k]!;
    if (slack >= 0) continue;
    for (const { members, dual } of within) if (members.has(v) && members.has(w)) slack += 2 * dual;
    if (slack < 0) throw new Error(`edge ${k} is not covered`);
  }
  return (prices.reduce((sum, price) => sum + price, 0) + twiceBlossoms) / 2;
}

/** What a matching weighs. */
export function weightOf(graph: Graph, partners: ArrayLike<number>): number {
  const heaviest = new Map<string, number>();
  for (let k = 0; k < graph.from.length; k++) {
    for (const key of [`${graph.from[k]} ${graph.to[k]}`, `${graph.to[k]} ${graph.from[k]}`])
      heaviest.set(key, Math.max(graph.weight[k]!, heaviest.get(key) ?? 0));
  }
  let sum = 0;
  for (let v = 0; v < partners.length; v++) if (partners[v]! > v) sum += heaviest.get(`${v} ${partners[v]}`)!;
  return sum;
}
