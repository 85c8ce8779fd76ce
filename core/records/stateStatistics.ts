import { states } from '#core/journey/journey.ts';
import { rules } from '#core/rules.ts';
import { cached } from './cached.ts';
import { countFact } from './count.ts';
import { ratio } from './distribution.ts';
import { periodOf, presentPeriod, type AskedPeriod } from './period.ts';

/** How long people stayed in each state: stays that ended in the period, whole. Cached for seconds. */
export const stateStatistics = (asked: AskedPeriod) =>
  cached('states', asked, rules.cachedSeconds.statistics, async () => {
    const period = periodOf(asked);
    const stays = await countFact('stay', period);
    return {
      ...presentPeriod(period),
      states: states
        .filter((state) => state !== 'IDLE')
        .map((state) => {
          const { count = 0, total = 0 } = stays.find(({ key }) => key === state) ?? {};
          return { state, stays: count, seconds: total, mean: ratio(total, count) };
        }),
    };
  });
