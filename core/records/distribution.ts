import type { Counted } from './count.ts';

/** How values are spread; see `distribution` in wire/statistics.ts. */
export interface Distribution {
  count: number;
  mean: number | null;
  p50: number | null;
  p90: number | null;
  p99: number | null;
  bins: { from: number; to: number | null; count: number }[];
}

/** The edges of the bins, ascending, each of at most two digits, since values are rounded down to two. */
export const edges = {
  waits: [0, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1800],
  durations: [0, 10, 30, 60, 90, 120, 150, 180],
  setups: [0, 250, 500, 1000, 2000, 3000, 5000, 10_000, 20_000],
  rtts: [0, 50, 100, 150, 200, 300, 400, 600, 1000],
  losses: [0, 0.5, 1, 2, 5, 7, 10, 20],
  hours: [0, 1, 4, 12, 24, 48, 72, 170],
  sizes: [0, 2, 5, 10, 20, 50, 100, 200],
} as const;

/**
 * The spread of values that have been counted.
 * @param counted each with a value (rounded down to two digits) as its key; quantiles by nearest rank
 */
export function distribution(counted: readonly Counted[], bounds: readonly number[]): Distribution {
  const values = new Map<number, number>();
  for (const { key, count } of counted) values.set(Number(key), (values.get(Number(key)) ?? 0) + count);
  const ascending = [...values].sort(([a], [b]) => a - b);
  const count = sum(counted, (one) => one.count);
  const quantile = (share: number): number | null => {
    let left = Math.ceil(share * count);
    for (const [value, times] of ascending) if ((left -= times) <= 0) return value;
    return null;
  };
  return {
    count,
    mean: count > 0 ? sum(counted, (one) => one.total) / count : null,
    ...{ p50: quantile(0.5), p90: quantile(0.9), p99: quantile(0.99) },
    bins: bounds.map((from, index) => {
      const to = bounds[index + 1] ?? null;
      const within = ascending.filter(([value]) => value >= from && (to === null || value < to));
      return { from, to, count: sum(within, ([, times]) => times) };
    }),
  };
}

export const sum = <T>(items: readonly T[], value: (item: T) => number): number =>
  items.reduce((total, item) => total + value(item), 0);

/** A share, or null of nothing. */
export const ratio = (part: number, whole: number): number | null => (whole > 0 ? part / whole : null);
