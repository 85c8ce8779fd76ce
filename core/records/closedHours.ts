import { longSql as sql } from '#db/postgres.ts';
import { clock } from '#core/clock.ts';
import { rules } from '#core/rules.ts';
import { transaction, type Tx } from '#core/transaction.ts';
import { facts, type Fact } from './facts.ts';
import { dayMs, hourMs, hourOf } from './period.ts';

const atOnce = 200;

/** Until when hours have been closed, one after the other without a gap; null before the first. */
export async function closedUntil(): Promise<Date | null> {
  const [row] = await sql<{ hour: Date | null }>('SELECT max(hour) AS hour FROM closed_hours');
  return row?.hour ? new Date(row.hour.getTime() + hourMs) : null;
}

/**
 * Closes every hour in which nothing can change any more: adds up its facts, so that its rows need not be read
 * again. Any number may run at the same time; a few hundred hours at once.
 * @returns how many hours were closed
 */
export async function closeHours(): Promise<number> {
  let hour = (await closedUntil()) ?? (await firstHour());
  for (let closed = 0; closed < atOnce; closed += 1) {
    if (!hour || !(await close(hour))) return closed;
    hour = new Date(hour.getTime() + hourMs);
  }
  return atOnce;
}

/** The hour of the first thing that happened. */
async function firstHour(): Promise<Date | null> {
  const [row] = await sql<{ at: Date | null }>(
    'SELECT least((SELECT min(matched_at) FROM rounds), (SELECT min(at) FROM journey_events)) AS at',
  );
  return row?.at ? hourOf(row.at) : null;
}

const close = (hour: Date): Promise<boolean> =>
  transaction(
    async (tx) => {
      const end = new Date(hour.getTime() + hourMs);
      if (!(await isOver(tx, hour, end))) return false;
      const [mine] = await tx.sql(
        'INSERT INTO closed_hours (hour, closed_at) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING hour',
        [hour, tx.now],
      );
      if (!mine) return true; // another process is ahead
      for (const [fact, rows] of Object.entries(facts))
        await tx.sql(
          `INSERT INTO hourly_facts (fact, hour, key, count, total)
         SELECT $3, $1::timestamptz, key, count(*), sum(total)
           FROM (${rows('$1::timestamptz', '$2::timestamptz')}) AS counted GROUP BY key`,
          [hour, end, fact satisfies string as Fact],
        );
      if (end.getTime() % dayMs === 0) await closeDay(tx, new Date(end.getTime() - dayMs), end);
      return true;
    },
    'awaited',
    'long',
  );

/** Its last hour has been closed: the day is the sum of its hours. */
async function closeDay(tx: Tx, day: Date, end: Date): Promise<void> {
  await tx.sql(
    `INSERT INTO daily_facts (fact, day, key, count, total)
     SELECT fact, $1::timestamptz, key, sum(count), sum(total) FROM hourly_facts
      WHERE fact = ANY($3) AND hour >= $1::timestamptz AND hour < $2 GROUP BY fact, key`,
    [day, end, Object.keys(facts)],
  );
}

/** Whether every round matched in this hour has ended, is settled, and has been told about by its clients. */
async function isOver(tx: Tx, hour: Date, end: Date): Promise<boolean> {
  const told = clock.after(-rules.qualityWithinMinutes * 60, tx.now);
  if (end > told) return false;
  const open = await tx.one(
    `SELECT 1 AS one FROM rounds
      WHERE matched_at >= $1 AND matched_at < $2
        AND (ended_at IS NULL OR ended_at >= $3 OR (decide_until IS NOT NULL AND settled_at IS NULL))
      LIMIT 1`,
    [hour, end, told],
  );
  return open === undefined;
}
