import { sql } from '#db/postgres.ts';
import { closedUntil } from './closedHours.ts';
import { facts, type Fact } from './facts.ts';
import { hourAfter, hourOf, type Period } from './period.ts';

/** So many things of one key, and what they add up to. */
export interface Counted {
  key: string;
  count: number;
  total: number;
}

/**
 * Counts a fact over a period: closed hours from what they added up to, the rest from rows. The outcome is the
 * same to the row, whatever has been closed.
 */
export const countFact = async (fact: Fact, period: Period): Promise<Counted[]> =>
  sql<Counted>(
    `SELECT key, sum(count)::double precision AS count, sum(total)::double precision AS total
       FROM (${parts(fact)}) AS parts GROUP BY key`,
    await bounds(fact, period),
  );

/** As `countFact`, by steps of UTC. @param step 3600 or 86,400 s */
export const countFactBy = async (
  step: number,
  fact: Fact,
  period: Period,
): Promise<(Counted & { at: Date })[]> =>
  sql<Counted & { at: Date }>(
    `SELECT date_bin(make_interval(secs => $6), at, 'epoch'::timestamptz) AS at, key,
            sum(count)::double precision AS count, sum(total)::double precision AS total
       FROM (${parts(fact)}) AS parts GROUP BY 1, 2 ORDER BY 1`,
    [...(await bounds(fact, period)), step],
  );

/** Takes $1 from, $2 and $3 the closed hours, $4 to, $5 the fact. */
const parts = (fact: Fact): string => `
  SELECT hour AS at, key, count, total FROM hourly_facts
   WHERE fact = $5 AND hour >= $2::timestamptz AND hour < $3::timestamptz
  UNION ALL SELECT at, key, 1, total FROM (${facts[fact]('$1::timestamptz', '$2::timestamptz')}) AS before
  UNION ALL SELECT at, key, 1, total FROM (${facts[fact]('$3::timestamptz', '$4::timestamptz')}) AS after`;

async function bounds(fact: Fact, { from, to }: Period): Promise<[Date, Date, Date, Date, Fact]> {
  const until = await closedUntil();
  const first = hourAfter(from);
  const last = hourOf(until && until < to ? until : to);
  return until && first < last ? [from, first, last, to, fact] : [from, to, to, to, fact];
}
