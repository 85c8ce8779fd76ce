import { longSql as sql } from '#db/postgres.ts';
import type { Me } from '#core/accounts/token.ts';
import type { RoundStatus } from '#core/journey/journey.ts';
import type { RoundMode } from '#core/rules.ts';
import { ratio, sum } from './distribution.ts';
import { periodOf, presentPeriod, type AskedPeriod } from './period.ts';
import { whose } from './whose.ts';

interface Row {
  at: Date;
  mode: RoundMode;
  status: RoundStatus;
  count: number;
  mutual: number;
  calls: number;
  seconds: number;
}

/**
 * One's own rounds of a period in figures; a moderator may ask for another person's.
 * @throws `forbidden` for another person's without the role
 */
export async function ownStatistics(me: Me, asked: AskedPeriod & { user_id?: string | undefined }) {
  const period = periodOf(asked);
  const rows = await sql<Row>(statement, [await whose(me, asked.user_id), period.from, period.to]);
  const count = (which: (row: Row) => boolean) => sum(rows.filter(which), (row) => row.count);
  const total = count(() => true);
  const active = count(({ status }) => status === 'waiting' || status === 'active');
  return {
    ...presentPeriod(period),
    ...{ total, active, ended: total - active, mutual: sum(rows, ({ mutual }) => mutual) },
    average_duration_seconds: ratio(
      sum(rows, ({ seconds }) => seconds),
      sum(rows, ({ calls }) => calls),
    ),
    by_mode: { video: count(({ mode }) => mode === 'video'), text: count(({ mode }) => mode === 'text') },
    by_status: {
      waiting: count(({ status }) => status === 'waiting'),
      active: count(({ status }) => status === 'active'),
      completed: count(({ status }) => status === 'completed'),
      cancelled: count(({ status }) => status === 'cancelled'),
      passed: count(({ status }) => status === 'passed'),
    },
    by_hour: hours(rows),
  };
}

function hours(rows: readonly Row[]): { at: Date; count: number }[] {
  const counts = new Map<number, number>();
  for (const { at, count } of rows) counts.set(at.getTime(), (counts.get(at.getTime()) ?? 0) + count);
  return [...counts].map(([at, count]) => ({ at: new Date(at), count }));
}

const statement = `
  SELECT date_bin('1 hour', matched_at, 'epoch'::timestamptz) AS at, mode, status, count(*)::integer AS count,
         count(mutual_at)::integer AS mutual, count(ended_at - started_at)::integer AS calls,
         coalesce(sum(extract(epoch FROM ended_at - started_at)), 0)::double precision AS seconds
    FROM rounds
   WHERE (user1_id = $1 OR user2_id = $1) AND matched_at >= $2 AND matched_at < $3
   GROUP BY 1, 2, 3
   ORDER BY 1`;
