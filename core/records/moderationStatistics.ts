import { longSql as sql } from '#db/postgres.ts';
import { clock } from '#core/clock.ts';
import { rules, type FlagCategory } from '#core/rules.ts';
import { holdsAt } from '#core/restrictions/restricted.ts';
import { cached } from './cached.ts';
import type { Counted } from './count.ts';
import { distribution, edges, sum } from './distribution.ts';
import { periodOf, presentPeriod, stepOf, type AskedPeriod } from './period.ts';

interface Now {
  pending_flags: number;
  pending_cases: number;
  low_trust_flags: number;
  oldest_pending_at: Date | null;
  pending_appeals: number;
  awaiting_confirmation: number;
  restrictions_in_force: number;
}
interface Imposed {
  by_moderators: number;
  automatic: number;
  warnings: number;
}

/** What moderators have before them, and what they did in a period. Cached for seconds. */
export const moderationStatistics = (asked: AskedPeriod) =>
  cached('moderation', asked, rules.cachedSeconds.statistics, async () => {
    const period = periodOf(asked);
    const step = stepOf(period);
    const bounds = [period.from, period.to];
    const [[now], by_category, hours, [restrictions], series] = await Promise.all([
      sql<Now>(nowStatement, [clock.now()]),
      sql<{ category: FlagCategory | null; count: number }>(
        `SELECT category, count(*)::integer AS count FROM flags WHERE created_at >= $1 AND created_at < $2
          GROUP BY category ORDER BY 2 DESC, 1`,
        bounds,
      ),
      sql<Counted>(hoursStatement, bounds),
      sql<Imposed>(imposedStatement, bounds),
      sql<{ at: Date; flags: number; closed: number }>(seriesStatement, [...bounds, step]),
    ]);
    const hours_to_close = distribution(hours, edges.hours);
    return {
      ...presentPeriod(period),
      now: now as Now, // one row, always
      flags: sum(by_category, ({ count }) => count),
      by_category,
      closed: hours_to_close.count,
      hours_to_close,
      restrictions: restrictions as Imposed,
      step,
      series,
    };
  });

const nowStatement = `
  SELECT f.*, (SELECT count(*)::integer FROM appeals WHERE status = 'pending') AS pending_appeals,
         (SELECT count(*)::integer FROM restrictions r
           WHERE r.proposed_permanent AND ${holdsAt('$1::timestamptz')}) AS awaiting_confirmation,
         (SELECT count(*)::integer FROM restrictions r WHERE ${holdsAt('$1::timestamptz')}) AS restrictions_in_force
    FROM (SELECT count(*)::integer AS pending_flags, count(DISTINCT flagged_id)::integer AS pending_cases,
                 (count(*) FILTER (WHERE queue = 'low_trust'))::integer AS low_trust_flags,
                 min(created_at) AS oldest_pending_at
            FROM flags WHERE status = 'pending') AS f`;

const hoursStatement = `
  SELECT two_digits(hours)::text AS key, count(*)::integer AS count, sum(hours)::double precision AS total
    FROM (SELECT extract(epoch FROM closed_at - created_at) / 3600 AS hours FROM flags
           WHERE closed_at >= $1 AND closed_at < $2) AS closed
   GROUP BY 1`;

const imposedStatement = `
  SELECT (count(*) FILTER (WHERE kind = 'restriction' AND NOT automated))::integer AS by_moderators,
         (count(*) FILTER (WHERE kind = 'restriction' AND automated))::integer AS automatic,
         (count(*) FILTER (WHERE kind = 'warning'))::integer AS warnings
    FROM restrictions WHERE created_at >= $1 AND created_at < $2`;

const seriesStatement = `
  SELECT date_bin(make_interval(secs => $3), at, 'epoch'::timestamptz) AS at,
         sum(flags)::integer AS flags, sum(closed)::integer AS closed
    FROM (SELECT created_at AS at, 1 AS flags, 0 AS closed FROM flags WHERE created_at >= $1 AND created_at < $2
          UNION ALL
          SELECT closed_at, 0, 1 FROM flags WHERE closed_at >= $1 AND closed_at < $2) AS work
   GROUP BY 1 ORDER BY 1`;
