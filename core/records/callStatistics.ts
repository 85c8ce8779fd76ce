import { rules } from '#core/rules.ts';
import { cached } from './cached.ts';
import { countFact } from './count.ts';
import { distribution, edges, sum } from './distribution.ts';
import { periodOf, presentPeriod, type AskedPeriod } from './period.ts';

/** How video calls went, as the clients of either side told (POST /api/video/quality). Cached for seconds. */
export const callStatistics = (asked: AskedPeriod) =>
  cached('calls', asked, rules.cachedSeconds.statistics, async () => {
    const period = periodOf(asked);
    const [sides, setups, rtts, losses] = await Promise.all([
      countFact('side', period),
      countFact('setup', period),
      countFact('rtt', period),
      countFact('loss', period),
    ]);
    const kinds = sides.map(({ key, ...rest }) => {
      const [told, stalled, relayed, noRoute] = key.split('|'); // hours closed earlier have three
      return { ...rest, told: told === '1', stalled: stalled === '1', relayed, noRoute: noRoute === '1' };
    });
    const count = (which: (kind: (typeof kinds)[number]) => boolean) =>
      sum(kinds.filter(which), (one) => one.count);
    return {
      ...presentPeriod(period),
      calls: count(() => true),
      reports: count(({ told }) => told),
      setup: distribution(setups, edges.setups),
      rtt: distribution(rtts, edges.rtts),
      loss: distribution(losses, edges.losses),
      stalled: count(({ stalled }) => stalled),
      stalls: sum(kinds, ({ total }) => total),
      relayed: count(({ relayed }) => relayed === 'true'),
      direct: count(({ relayed }) => relayed === 'false'),
      no_route: count(({ noRoute }) => noRoute),
    };
  });
