import { longSql as sql } from '#db/postgres.ts';
import { clock } from '#core/clock.ts';
import { rules } from '#core/rules.ts';
import { cached } from './cached.ts';
import { periodOf, type AskedPeriod, type Period } from './period.ts';

/** Steps that can be asked for, s, each with the samples that it is made of. */
const steps = [
  { step: 10, of: 10 },
  { step: 60, of: 60 },
  { step: 300, of: 60 },
  { step: 900, of: 60 },
  { step: 3600, of: 3600 },
  { step: 21_600, of: 3600 },
  { step: 86_400, of: 3600 },
] as const;

interface Point {
  at: Date;
  online: number;
  searching: number;
  connecting: number;
  in_call: number;
  deciding: number;
  video: number;
  text: number;
  most_online: number;
  most_searching: number;
  most_in_call: number;
  samples: number;
}

/**
 * How many people were where, step by step: means and peaks of the worker's samples. The step is the one asked for,
 * or a coarser one when samples so fine are gone or the points would be too many. Cached for seconds.
 */
export const activityHistory = (asked: AskedPeriod & { step?: number | undefined }) =>
  cached('activity', asked, rules.cachedSeconds.live, async () => {
    const period = periodOf(asked);
    const { step, of } = fitting(period, asked.step ?? 0);
    const from = new Date(Math.floor(period.from.getTime() / step / 1000) * step * 1000);
    const points = await sql<Point>(statement, [step, of, from, period.to]);
    return { start_time: from, end_time: period.to, step, points };
  });

function fitting({ from, to }: Period, wanted: number): (typeof steps)[number] {
  const seconds = (to.getTime() - from.getTime()) / 1000;
  const fits = steps.find(
    ({ step, of }) =>
      step >= wanted &&
      seconds / step <= rules.seriesPointsMost &&
      from >= clock.after(-rules.sampleDays[of] * 24 * 3600),
  );
  return fits ?? { step: 86_400, of: 3600 };
}

const mean = (column: string): string =>
  `(sum(${column}) / sum(samples)::double precision)::double precision AS ${column}`;

/**
 * Minutes and hours that have not been added up yet are read from finer samples.
 * Takes $1 the step, $2 the samples it is made of, $3 from, $4 to.
 */
const statement = `
  WITH added AS (
    SELECT coalesce((SELECT max(at) FROM activity_samples WHERE step = 3600) + interval '1 hour', '-infinity') AS hours,
           coalesce((SELECT max(at) FROM activity_samples WHERE step = 60) + interval '1 minute', '-infinity') AS minutes
  ), sample AS (
    SELECT s.* FROM activity_samples s, added a
     WHERE s.at >= $3 AND s.at < $4
       AND (s.step = $2 OR (s.step = 60 AND $2 = 3600 AND s.at >= a.hours)
                        OR (s.step = 10 AND $2 > 10 AND s.at >= a.minutes AND ($2 = 60 OR s.at >= a.hours)))
  )
  SELECT date_bin(make_interval(secs => $1), at, 'epoch'::timestamptz) AS at,
         ${['online', 'searching', 'connecting', 'in_call', 'deciding', 'video', 'text'].map(mean).join(', ')},
         max(most_online) AS most_online, max(most_searching) AS most_searching, max(most_in_call) AS most_in_call,
         sum(samples)::integer AS samples
    FROM sample GROUP BY 1 ORDER BY 1`;
