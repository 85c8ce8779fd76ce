import type { Distribution } from './wire.ts';
import { sheetOf, type Sheet } from '../sheet.ts';

/** One bar of a histogram. */
export interface Bin {
  from: number;
  /** Null: and more. */
  to: number | null;
  count: number;
  /** Among the faster half, the next four tenths, or the slowest tenth. */
  among: 'half' | 'most' | 'last';
}

/** The bins of a distribution without the empty ones at its ends, each with the part of the crowd that it is of. */
export function binsOf({ bins, p50, p90 }: Distribution): Bin[] {
  const first = bins.findIndex(({ count }) => count > 0);
  const last = bins.findLastIndex(({ count }) => count > 0);
  return bins.slice(Math.max(0, first), last + 1).map((bin) => ({
    ...bin,
    among: bin.from <= (p50 ?? 0) ? 'half' : bin.from <= (p90 ?? 0) ? 'most' : 'last',
  }));
}

/** A bin in words. */
export const between = ({ from, to }: Pick<Bin, 'from' | 'to'>, words: (value: number) => string): string =>
  to === null ? `≥ ${words(from)}` : `${words(from)} – ${words(to)}`;

/** All bins of a distribution as rows. @param heads of the two columns: of what the bins are, what they count */
export const sheetOfBins = (
  { bins }: Distribution,
  file: string,
  heads: readonly [string, string],
  words: (value: number) => string,
): Sheet<Distribution['bins'][number]> =>
  sheetOf(file, bins, [
    { label: heads[0], value: ({ from }) => from, shown: (bin) => between(bin, words) },
    { label: heads[1], value: ({ count }) => count },
  ]);
