import { longSql as sql } from '#db/postgres.ts';
import { closedUntil } from './closedHours.ts';
import { facts, type Fact } from './facts.ts';
import { ceil, dayMs, floor, hourMs, type Period } from './period.ts';

/** So many things of one key, and what they add up to. */
export interface Counted {
  key: string;
  count: number;
  total: number;
}

/**
 * Counts a fact over a period: closed days and hours from what they added up to, the rest from rows. The outcome is
 * the same to the row, however much has been closed.
 */
export const countFact = async (fact: Fact, period: Period): Promise<Counted[]> =>
  sql<Counted>(
    `SELECT key, sum(count)::double precision AS count, sum(total)::double precision AS total
       FROM (${parts(fact)}) AS parts GROUP BY key`,
    await bounds(fact, period, dayMs),
  );

/** As `countFact`, by steps of UTC. @param step 3600 or 86,400 s */
export const countFactBy = async (
  step: 3600 | 86_400,
  fact: Fact,
  period: Period,
): Promise<(Counted & { at: Date })[]> =>
  sql<Counted & { at: Date }>(
    `SELECT date_bin(make_interval(secs => $8), at, 'epoch'::timestamptz) AS at, key,
            sum(count)::double precision AS count, sum(total)::double precision AS total
       FROM (${parts(fact)}) AS parts GROUP BY 1, 2 ORDER BY 1`,
    [...(await bounds(fact, period, step * 1000)), step],
  );

/** Takes $1 from, $2 … $5 where closed hours and, among them, closed days begin and end, $6 to, $7 the fact. */
const parts = (fact: Fact): string => `
  SELECT day AS at, key, count, total FROM daily_facts
   WHERE fact = $7 AND day >= $3::timestamptz AND day < $4::timestamptz
  UNION ALL
  SELECT hour, key, count, total FROM hourly_facts
   WHERE fact = $7 AND hour >= $2::timestamptz AND hour < $3::timestamptz
  UNION ALL
  SELECT hour, key, count, total FROM hourly_facts
   WHERE fact = $7 AND hour >= $4::timestamptz AND hour < $5::timestamptz
  UNION ALL SELECT at, key, 1, total FROM (${facts[fact]('$1::timestamptz', '$2::timestamptz')}) AS before
  UNION ALL SELECT at, key, 1, total FROM (${facts[fact]('$5::timestamptz', '$6::timestamptz')}) AS after`;

/** @param coarsest ms: days are of no use to a series of hours */
async function bounds(fact: Fact, { from, to }: Period, coarsest: number): Promise<[...Date[], Fact]> {
  const until = await closedUntil();
  const closed = { from: ceil(from, hourMs), to: floor(until && until < to ? until : to, hourMs) };
  if (!until || closed.from >= closed.to) return [from, to, to, to, to, to, fact];
  const days = { from: ceil(closed.from, dayMs), to: floor(closed.to, dayMs) };
  const useful = coarsest >= dayMs && days.from < days.to;
  const [first, last] = useful ? [days.from, days.to] : [closed.to, closed.to];
  return [from, closed.from, first, last, closed.to, to, fact];
}
