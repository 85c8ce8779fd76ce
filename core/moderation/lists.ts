import { sql } from '#db/postgres.ts';
import type { Role } from '#core/rules.ts';
import { clock } from '#core/clock.ts';
import { appealColumns, type Appeal } from '#core/safety/appeal.ts';
import type { Restriction } from '#core/safety/lift.ts';
import { holdsAt } from '#core/restrictions/restricted.ts';
import { namesOf } from '#core/audit/names.ts';

/** UUIDv7 ids sort by creation: the id of the last row is the cursor of every list here. */
interface Asked {
  limit: number;
  cursor?: string | undefined;
}

/** Splits one row more than was asked for into a page and its cursor. */
function page<Row extends { id: string }>(
  rows: Row[],
  limit: number,
): { rows: Row[]; next_cursor: string | null } {
  const shown = rows.slice(0, limit);
  return { rows: shown, next_cursor: rows.length > limit ? (shown.at(-1)?.id ?? null) : null };
}

/** Restrictions and warnings, newest first. `active`: those that hold now; `awaiting`: that await a second moderator. */
export async function listRestrictions(
  asked: Asked & { user_id?: string | undefined; show?: 'active' | 'awaiting' | undefined },
) {
  const rows = await sql<Restriction & { active: boolean }>(
    `SELECT r.*, ${holdsAt('$1::timestamptz')} AS active FROM restrictions r
      WHERE ($2::uuid IS NULL OR r.user_id = $2)
        AND ($3::text IS NULL OR (${holdsAt('$1::timestamptz')} AND ($3 = 'active' OR r.proposed_permanent)))
        AND ($4::uuid IS NULL OR r.id < $4)
      ORDER BY r.id DESC LIMIT $5`,
    [clock.now(), asked.user_id ?? null, asked.show ?? null, asked.cursor ?? null, asked.limit + 1],
  );
  const { rows: restrictions, next_cursor } = page(rows, asked.limit);
  const names = await namesOf(
    restrictions.flatMap((one) => [one.user_id, one.issued_by, one.confirmed_by, one.lifted_by]),
  );
  return { restrictions, names, next_cursor };
}

/** Appeals with what they are against, newest first. */
export async function listAppeals(asked: Asked & { status?: Appeal['status'] | undefined }) {
  const rows = await sql<Appeal & { issued_by: string | null; reason: string; restricted_id: string }>(
    `SELECT ${appealColumns
      .split(', ')
      .map((column) => `a.${column}`)
      .join(', ')}, r.issued_by, r.reason, r.user_id AS restricted_id
       FROM appeals a JOIN restrictions r ON r.id = a.restriction_id
      WHERE ($1::text IS NULL OR a.status = $1) AND ($2::uuid IS NULL OR a.id < $2)
      ORDER BY a.id DESC LIMIT $3`,
    [asked.status ?? null, asked.cursor ?? null, asked.limit + 1],
  );
  const { rows: appeals, next_cursor } = page(rows, asked.limit);
  const names = await namesOf(
    appeals.flatMap((one) => [one.user_id, one.restricted_id, one.issued_by, one.answered_by]),
  );
  return { appeals, names, next_cursor };
}

/** A person found by id, e-mail or the beginning of their name. */
interface Found {
  id: string;
  kind: 'guest' | 'member';
  role: Role;
  email: string | null;
  display_name: string;
  created_at: Date;
  active_at: Date;
  restricted: boolean;
}

/** Looks people up: by id or e-mail exactly, else by the beginning of the name. Shows an e-mail if it was asked for. */
export async function findPeople(text: string, limit: number): Promise<Found[]> {
  return sql<Found>(
    `SELECT u.id, u.kind, u.role, CASE WHEN lower(u.email) = lower($1) THEN u.email END AS email, u.display_name,
            u.created_at, u.active_at,
            EXISTS (SELECT 1 FROM restrictions r WHERE r.user_id = u.id AND ${holdsAt('$2::timestamptz')}) AS restricted
       FROM users u
      WHERE u.id::text = lower($1) OR lower(u.email) = lower($1) OR starts_with(lower(u.display_name), lower($1))
      ORDER BY u.active_at DESC LIMIT $3`,
    [text, clock.now(), limit],
  );
}
