import { rules } from '#core/rules.ts';
import { cached } from './cached.ts';
import { countFact } from './count.ts';
import { distribution, edges, ratio, sum } from './distribution.ts';
import { periodOf, presentPeriod, type AskedPeriod } from './period.ts';

/** How long people waited to be paired: each side of each round is one wait. Cached for seconds. */
export const waitStatistics = (asked: AskedPeriod) =>
  cached('waits', asked, rules.cachedSeconds.statistics, async () => {
    const period = periodOf(asked);
    const waits = (await countFact('wait', period)).map(({ key, ...rest }) => {
      const [mode = '', seconds = ''] = key.split('|');
      return { ...rest, mode, key: seconds };
    });
    return {
      ...presentPeriod(period),
      time_to_match: distribution(waits, edges.waits),
      by_mode: (['video', 'text'] as const).map((mode) => {
        const of = waits.filter((one) => one.mode === mode);
        const count = sum(of, (one) => one.count);
        return {
          mode,
          count,
          mean: ratio(
            sum(of, (one) => one.total),
            count,
          ),
        };
      }),
    };
  });
