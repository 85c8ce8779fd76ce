import { longSql as sql } from '#db/postgres.ts';
import { clock } from '#core/clock.ts';
import { rules } from '#core/rules.ts';
import { cached } from './cached.ts';
import { distribution, edges, sum } from './distribution.ts';

/** Either so many people of one size, or so many exclusions for one reason. */
interface Row {
  size: number | null;
  reason: 'met' | 'not_joined' | 'skip_vote' | null;
  count: number;
}

/** How many others each person is kept apart from at this moment, and why. Cached for seconds. */
export const exclusionStatistics = () =>
  cached('exclusions', {}, rules.cachedSeconds.statistics, async () => {
    const at = clock.now();
    const rows = await sql<Row>(statement, [at]);
    const sizes = rows.flatMap(({ size, count }) => (size === null ? [] : [{ size, people: count }]));
    const by = rows.flatMap(({ reason, count }) => (reason === null ? [] : [{ reason, count }]));
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

/** The table is read once. */
const statement = `
  WITH each AS MATERIALIZED (
    SELECT user_id, reason, count(*) AS count FROM exclusions
     WHERE until IS NULL OR until > $1::timestamptz
     GROUP BY user_id, reason
  )
  SELECT size::integer, NULL AS reason, count(*)::integer AS count
    FROM (SELECT sum(count) AS size FROM each GROUP BY user_id) AS sizes GROUP BY size
  UNION ALL
  SELECT NULL, reason, sum(count)::integer FROM each GROUP BY reason
   ORDER BY reason`;

/** A whole number rounded down to two digits. */
function twoDigits(size: number): number {
  const unit = 10 ** Math.max(0, String(size).length - 2);
  return Math.floor(size / unit) * unit;
}
