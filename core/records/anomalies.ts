import { longSql as sql } from '#db/postgres.ts';
import { rules } from '#core/rules.ts';
import { cached } from './cached.ts';
import { dayMs, periodOf, presentPeriod, type AskedPeriod, type Period } from './period.ts';

interface Found {
  user_id: string;
  user_name: string | null;
  count: number;
  of: number | null;
  first_at: Date;
  latest_at: Date;
}
const { skipBurst, neverJoins, flaggedByMany, listed, days } = rules.anomalies;

/**
 * What a human should look at: who skips in bursts, seldom joins, or is flagged from many devices; in the last week of
 * the period. Cached for seconds.
 */
export const anomalies = (asked: AskedPeriod) =>
  cached('anomalies', asked, rules.cachedSeconds.statistics, async () => {
    const { from, to } = periodOf(asked);
    const period = { from: new Date(Math.max(from.getTime(), to.getTime() - days * dayMs)), to };
    const [skips, misses, flags] = await Promise.all([
      find(skipBursts, period, [`${skipBurst.minutes} minutes`, skipBurst.skips]),
      find(missedRounds, period, [neverJoins.rounds, neverJoins.share]),
      find(flagged, period, [flaggedByMany.devices]),
    ]);
    const all = [
      ...skips.map((one) => ({ kind: 'skip_burst' as const, ...one })),
      ...misses.map((one) => ({ kind: 'never_joins' as const, ...one })),
      ...flags.map((one) => ({ kind: 'flagged_by_many' as const, ...one })),
    ];
    const excess = (one: (typeof all)[number]) => one.count / threshold[one.kind];
    return {
      ...presentPeriod(period),
      anomalies: all.sort((a, b) => excess(b) - excess(a)).slice(0, listed),
    };
  });

const threshold = {
  skip_burst: skipBurst.skips,
  never_joins: neverJoins.rounds,
  flagged_by_many: flaggedByMany.devices,
};

const find = (found: string, { from, to }: Period, limits: unknown[]): Promise<Found[]> =>
  sql<Found>(
    `SELECT f.user_id, u.display_name AS user_name, f.count, f.of, f.first_at, f.latest_at
       FROM (${found} ORDER BY 2 DESC, 1 LIMIT ${listed}) AS f LEFT JOIN users u ON u.id = f.user_id`,
    [from, to, ...limits],
  );

/** The most skips within so many minutes. */
const skipBursts = `
  SELECT ended_by AS user_id, max(within)::integer AS count, NULL::integer AS of,
         min(ended_at) AS first_at, max(ended_at) AS latest_at
    FROM (SELECT ended_by, ended_at,
                 count(*) OVER (PARTITION BY ended_by ORDER BY ended_at
                                RANGE BETWEEN $3::interval PRECEDING AND CURRENT ROW) AS within
            FROM rounds
           WHERE end_reason = 'skip' AND ended_by IS NOT NULL AND ended_at >= $1 AND ended_at < $2) AS skips
   WHERE within >= $4 GROUP BY ended_by`;

/**
 * Rounds to which a person did not come, of all that they were offered: among those who missed the most. Where
 * neither came, `ended_by` is null, and both are counted.
 */
const missedRounds = `
  SELECT m.user_id, m.count, o.of, m.first_at, m.latest_at
    FROM (SELECT absent.user_id, count(*)::integer AS count, min(matched_at) AS first_at, max(matched_at) AS latest_at
            FROM rounds
           CROSS JOIN LATERAL unnest(CASE WHEN ended_by IS NULL THEN ARRAY[user1_id, user2_id]
                                          ELSE ARRAY[ended_by] END) AS absent(user_id)
           WHERE end_reason IN ('not_joined', 'not_acknowledged') AND matched_at >= $1 AND matched_at < $2
           GROUP BY absent.user_id HAVING count(*) >= $3 ORDER BY 2 DESC, 1 LIMIT ${4 * listed}) AS m
   CROSS JOIN LATERAL (SELECT count(*)::integer AS of FROM rounds r
                        WHERE (r.user1_id = m.user_id OR r.user2_id = m.user_id)
                          AND r.matched_at >= $1 AND r.matched_at < $2) AS o
   WHERE m.count >= $4::double precision * o.of`;

/** Flags from distinct devices. */
const flagged = `
  SELECT flagged_id AS user_id, count(DISTINCT reporter_device_id)::integer AS count, NULL::integer AS of,
         min(created_at) AS first_at, max(created_at) AS latest_at
    FROM flags WHERE created_at >= $1 AND created_at < $2
   GROUP BY flagged_id HAVING count(DISTINCT reporter_device_id) >= $3`;
