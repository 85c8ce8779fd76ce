import { expect } from 'chai';
import { between, binsOf } from '../../../../client/screens/admin/overview/bins.ts';
import { duration } from '../../../../client/screens/admin/overview/format.ts';

const spread = (counts: number[], p50: number | null, p90: number | null) => ({
  count: counts.reduce((sum, count) => sum + count, 0),
  ...{ mean: null, p50, p90, p99: null },
  bins: counts.map((count, at) => ({
    from: at * 10,
    to: at === counts.length - 1 ? null : at * 10 + 10,
    count,
  })),
});

describe('a histogram', () => {
  it('leaves out empty bins at its ends, and keeps those between', () => {
    expect(binsOf(spread([0, 4, 0, 2, 0], 10, 30)).map(({ from }) => from)).to.deep.equal([10, 20, 30]);
  });

  it('tells the faster half and the slowest tenth', () => {
    expect(binsOf(spread([5, 4, 1], 5, 15)).map(({ among }) => among)).to.deep.equal([
      'half',
      'most',
      'last',
    ]);
  });

  it('of nothing has no bins', () => {
    expect(binsOf(spread([0, 0], null, null))).to.deep.equal([]);
  });

  it('says where a bin begins and ends, and that the last one does not', () => {
    expect(between({ from: 60, to: 120 }, duration)).to.equal('60 s – 2 min');
    expect(between({ from: 1800, to: null }, duration)).to.equal('≥ 30 min');
  });
});

describe('how long something took', () => {
  it('is said in the unit that suits it', () => {
    expect([0.44, 14, 125, 7200, 400_000, null].map(duration)).to.deep.equal([
      '0.4 s',
      '14 s',
      '2:05 min',
      '2 h',
      '5 days',
      '–',
    ]);
  });
});
