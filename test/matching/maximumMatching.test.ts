import { expect } from 'chai';
import fc from 'fast-check';
import { type Graph, maximumMatching, provenMatching } from '#core/matching/maximumMatching.ts';
import { generator } from '#test/bench/population.ts';
import { bound, weightOf } from '#test/matching/proof.ts';

const anyGraph = (most: number): fc.Arbitrary<Graph> =>
  fc.integer({ min: 1, max: most }).chain((vertices) => {
    const pairs = Array.from({ length: vertices }, (_, v) =>
      Array.from({ length: v }, (_, w) => [v, w] as const),
    ).flat();
    return fc
      .record({
        edges: fc.subarray(pairs),
        weights: fc.array(fc.nat(12), { minLength: pairs.length, maxLength: pairs.length }),
      })
      .map(({ edges, weights }) => ({
        vertices,
        from: edges.map(([v]) => v),
        to: edges.map(([, w]) => w),
        weight: edges.map((_, k) => weights[k] ?? 0),
      }));
  });

/** The best weight by trying everything. */
function best({ vertices, from, to, weight }: Graph): number {
  const known = new Map<number, number>();
  const from_ = Array.from(from);
  const among = (left: number): number => {
    if (left === 0) return 0;
    const cached = known.get(left);
    if (cached !== undefined) return cached;
    const v = 31 - Math.clz32(left);
    let most = among(left & ~(1 << v));
    for (const [k, a] of from_.entries()) {
      const b = to[k]!;
      const other = a === v ? b : b === v ? a : -1;
      if (other === -1 || !(left & (1 << other))) continue;
      most = Math.max(most, weight[k]! + among(left & ~(1 << v) & ~(1 << other)));
    }
    known.set(left, most);
    return most;
  };
  return among(2 ** vertices - 1);
}

function expectMatching(graph: Graph, partners: Int32Array) {
  for (const [v, w] of partners.entries()) {
    if (w === -1) continue;
    expect(partners[w]).to.equal(v);
    const joined = Array.from(graph.from).some(
      (a, k) => (a === v && graph.to[k] === w) || (a === w && graph.to[k] === v),
    );
    expect(joined).to.equal(true);
  }
}

describe('the maximum matching', () => {
  it('weighs as much as the best of all matchings', () => {
    fc.assert(
      fc.property(anyGraph(9), (graph) => {
        const partners = maximumMatching(graph);
        expectMatching(graph, partners);
        expect(weightOf(graph, partners)).to.equal(best(graph));
      }),
      { numRuns: 500 },
    );
  });

  it('is proven by its prices: no matching can weigh more', () => {
    fc.assert(
      fc.property(anyGraph(16), (graph) => {
        const proven = provenMatching(graph);
        expect(weightOf(graph, proven.partners)).to.equal(bound(graph, proven));
      }),
      { numRuns: 500 },
    );
  });

  // Blossoms within blossoms that come, go and come again are rare in small graphs: one search in twenty thousand
  // once took an edge that had been tight and no longer was.
  it('is proven in large graphs, where blossoms nest', () => {
    for (const seed of [1, 2, 3, 4, 5, 6]) {
      const random = generator(seed);
      const vertices = 300;
      const edges = Array.from({ length: 5 * vertices }, () => [
        Math.floor(random() * vertices),
        Math.floor(random() * (vertices - 1)),
      ]).map(([v, w]) => [v!, w! < v! ? w! : w! + 1] as const);
      const weight = edges.map(() => Math.floor(random() * (seed % 2 === 0 ? 10 : 1000)));
      const graph = { vertices, from: edges.map(([v]) => v), to: edges.map(([, w]) => w), weight };
      const proven = provenMatching(graph);
      expect(weightOf(graph, proven.partners)).to.equal(bound(graph, proven));
    }
  });

  it('has as many pairs as possible when every edge weighs much more', () => {
    // A path of four: the middle edge is heaviest, but two pairs are more than one.
    const path = { vertices: 4, from: [0, 1, 2], to: [1, 2, 3], weight: [1, 9, 1] };
    expect([...maximumMatching(path)]).to.deep.equal([-1, 2, 1, -1]);
    const more = { ...path, weight: path.weight.map((weight) => weight + 1000) };
    expect([...maximumMatching(more)]).to.deep.equal([1, 0, 3, 2]);
  });

  it('is still a matching when searches are given up', () => {
    fc.assert(
      fc.property(anyGraph(16), fc.integer({ min: 1, max: 40 }), (graph, effort) => {
        expectMatching(graph, maximumMatching(graph, effort));
      }),
    );
  });

  it('of nobody is nobody', () => {
    expect([...maximumMatching({ vertices: 0, from: [], to: [], weight: [] })]).to.deep.equal([]);
    expect([...maximumMatching({ vertices: 2, from: [], to: [], weight: [] })]).to.deep.equal([-1, -1]);
  });
});
