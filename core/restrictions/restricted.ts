import { prepared, sql } from '#db/postgres.ts';
import type { Role } from '#core/rules.ts';
import { clock } from '#core/clock.ts';
import { presentStatement, type Statement, type StatementRow } from './statement.ts';

/*
 * Whom a restriction covers is written out as subjects (restriction_reach): accounts and devices. Who is restricted is
 * then one indexed question, the same wherever it is asked. The networks of the devices are written down too, and
 * restrict no person: see newcomer.ts.
 */

/** SQL: whether restriction `r` holds at an instant. */
export const holdsAt = (at: string): string =>
  `r.kind = 'restriction' AND r.lifted_at IS NULL AND (r.until IS NULL OR r.until > ${at})`;

/** SQL: whether any of these subjects (a list of expressions) is restricted at an instant. */
export const isRestricted = (subjects: string, at: string): string =>
  `EXISTS (SELECT 1 FROM restriction_reach t JOIN restrictions r ON r.id = t.restriction_id
            WHERE t.subject IN (${subjects}) AND ${holdsAt(at)})`;

/** SQL: the columns of a StatementRow, of `restriction_reach t JOIN restrictions r`. */
export const statementColumns = `r.id, r.kind, r.category, r.reason, r.created_at, r.until, r.automated, t.how,
  (SELECT array_agg(DISTINCT s.how ORDER BY s.how) FROM restriction_reach s
    WHERE s.restriction_id = r.id) AS scope`;

/** SQL: of the restrictions that hold for these subjects, the one that holds longest, as JSON; null when there is none. */
export const longestRestriction = (subjects: string, at: string): string => `(
  SELECT to_jsonb(longest) FROM (
    SELECT ${statementColumns}
      FROM restriction_reach t JOIN restrictions r ON r.id = t.restriction_id
     WHERE t.subject IN (${subjects}) AND ${holdsAt(at)}
     ORDER BY r.until DESC NULLS FIRST, t.how
     LIMIT 1) longest)`;

/** Where a person stands: their role as it is now, null when the account is gone, and what restricts them. */
export interface Standing {
  role: Role | null;
  restriction: Statement | null;
}

const standingStatement = prepared(`
  SELECT (SELECT role FROM users WHERE id = $1) AS role,
         ${longestRestriction('$1, $2', '$3::timestamptz')} AS restriction`);

/** Asks Postgres where a person stands, on the device from which they ask. */
export async function standingOf({
  userId,
  deviceId,
}: {
  userId: string;
  deviceId: string;
}): Promise<Standing> {
  const [row] = await sql<{ role: Role | null; restriction: StatementRow | null }>(standingStatement, [
    userId,
    deviceId,
    clock.now(),
  ]);
  return {
    role: row?.role ?? null,
    restriction: row?.restriction ? presentStatement(row.restriction) : null,
  };
}
