import { sql } from '#db/postgres.ts';
import { clock } from '#core/clock.ts';
import { rules } from '#core/rules.ts';
import { cached } from './cached.ts';
import { distribution, edges, sum } from './distribution.ts';

interface Size {
  size: number;
  people: number;
}
type Reason = 'met' | 'not_joined' | 'skip_vote';

/** How many others each person is kept apart from at this moment, and why. Cached for seconds. */
export const exclusionStatistics = () =>
  cached('exclusions', {}, rules.cachedSeconds.statistics, async () => {
    const at = clock.now();
    const [sizes, by] = await Promise.all([
      sql<Size>(
        `SELECT size, count(*)::integer AS people
           FROM (SELECT count(*)::integer AS size FROM exclusions WHERE ${holds} GROUP BY user_id) AS sizes
          GROUP BY size`,
        [at],
      ),
      sql<{ reason: Reason; count: number }>(
        `SELECT reason, count(*)::integer AS count FROM exclusions WHERE ${holds} GROUP BY reason ORDER BY reason`,
        [at],
      ),
    ]);
    const counted = sizes.map(({ size, people }) => ({
      key: String(twoDigits(size)),
      count: people,
      total: size * people,
    }));
    return {
      at,
      exclusions: sum(by, ({ count }) => count),
      by,
      sizes: {
        ...distribution(counted, edges.sizes),
        most: sizes.reduce((most, { size }) => Math.max(most, size), 0),
      },
    };
  });

const holds = '(until IS NULL OR until > $1::timestamptz)';

/** A whole number rounded down to two digits. */
function twoDigits(size: number): number {
  const unit = 10 ** Math.max(0, String(size).length - 2);
  return Math.floor(size / unit) * unit;
}
