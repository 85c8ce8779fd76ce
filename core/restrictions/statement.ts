import { clock } from '#core/clock.ts';
import { Problem } from '#core/errors.ts';
import type { FlagCategory } from '#core/rules.ts';

/** How a restriction comes to a person: it is theirs, their device's, or that of the network they came from. */
export type Reach = 'account' | 'device' | 'network';

/** What a restricted person is told (a statement of reasons): what, why, whom it covers, how long, by whom, and what to do. */
export interface Statement {
  id: string;
  what: 'warning' | 'restriction';
  why: string;
  category: FlagCategory | null;
  scope: Reach[];
  since: string;
  /** ISO 8601; null: for good (a warning has no end either, and restricts nothing). */
  until: string | null;
  permanent: boolean;
  automated: boolean;
  reached_by: Reach;
  appeal: string;
}

/** A restriction as the database tells it of one person; as JSON, so instants are text. */
export interface StatementRow {
  id: string;
  kind: 'warning' | 'restriction';
  category: FlagCategory | null;
  reason: string;
  created_at: string;
  until: string | null;
  automated: boolean;
  how: 'account' | 'device';
  scope: Reach[] | null;
}

const whyOthers = 'Somebody who uses this device has been restricted';

/** A restriction in words for the person whom it reaches. What another person has done is not told. */
export function presentStatement(row: StatementRow): Statement {
  const own = row.how === 'account';
  return {
    id: row.id,
    what: row.kind,
    why: row.how === 'account' ? row.reason : whyOthers,
    category: own ? row.category : null,
    scope: row.scope ?? [],
    since: new Date(row.created_at).toISOString(),
    until: row.until === null ? null : new Date(row.until).toISOString(),
    permanent: row.kind === 'restriction' && row.until === null,
    automated: row.automated,
    reached_by: row.how,
    appeal: 'POST /api/appeals with this restriction_id: a moderator who did not decide it will look at it',
  };
}

/**
 * Lets a person pass who is not restricted, or no longer.
 * @throws `restricted`, with the statement in the problem document
 */
export function refuseRestricted(statement: Statement | null, nowMs: number = clock.ms()): void {
  if (statement === null) return;
  if (statement.until !== null && Date.parse(statement.until) <= nowMs) return;
  const until = statement.until === null ? '' : ` until ${statement.until}`;
  throw new Problem('restricted', `You cannot use Minuet${until}: ${statement.why}`, {
    restriction: statement,
  });
}
