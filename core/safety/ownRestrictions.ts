import { sql } from '#db/postgres.ts';
import { clock } from '#core/clock.ts';
import { found } from '#core/errors.ts';
import { holdsAt, statementColumns } from '#core/restrictions/restricted.ts';
import { presentStatement, type Statement, type StatementRow } from '#core/restrictions/statement.ts';

interface Who {
  userId: string;
  deviceId: string;
}

/** A restriction or warning as it is told to whom it reaches, with what became of their appeal. */
export interface OwnRestriction extends Statement {
  active: boolean;
  lifted_at: Date | null;
  /** Of a warning: when its owner has said that they have read it. */
  seen_at: Date | null;
  my_appeal: {
    id: string;
    status: 'pending' | 'upheld' | 'lifted';
    text: string;
    answer: string | null;
    created_at: Date;
    answered_at: Date | null;
  } | null;
}

type Row = StatementRow &
  Pick<OwnRestriction, 'active' | 'lifted_at' | 'seen_at'> & {
    appeal_id: string | null;
    appeal_status: 'pending' | 'upheld' | 'lifted';
    appeal_text: string;
    answer: string | null;
    appealed_at: Date;
    answered_at: Date | null;
  };

const mostShown = 100;

/** Everything that was ever imposed on this person or reaches them by their device, newest first. */
export async function listOwnRestrictions({ userId, deviceId }: Who): Promise<OwnRestriction[]> {
  const rows = await sql<Row>(
    `SELECT DISTINCT ON (r.created_at, r.id) ${statementColumns}, ${holdsAt('$3::timestamptz')} AS active,
            r.lifted_at, r.seen_at, a.id AS appeal_id, a.status AS appeal_status, a.text AS appeal_text, a.answer,
            a.created_at AS appealed_at, a.answered_at
       FROM restriction_reach t
       JOIN restrictions r ON r.id = t.restriction_id
       LEFT JOIN appeals a ON a.restriction_id = r.id AND a.user_id = $1
      WHERE t.subject IN ($1, $2)
      ORDER BY r.created_at DESC, r.id DESC, t.how
      LIMIT ${mostShown}`,
    [userId, deviceId, clock.now()],
  );
  return rows.map((row) => ({
    ...presentStatement(row),
    active: row.active,
    lifted_at: row.lifted_at,
    seen_at: row.seen_at,
    my_appeal:
      row.appeal_id === null
        ? null
        : {
            ...{ id: row.appeal_id, status: row.appeal_status, text: row.appeal_text, answer: row.answer },
            ...{ created_at: row.appealed_at, answered_at: row.answered_at },
          },
  }));
}

/**
 * The person has read a warning, or what restricts them: a warning is shown once.
 * @throws `not_found` for an unknown or a stranger's
 */
export async function markSeen(userId: string, restrictionId: string): Promise<void> {
  const [row] = await sql(
    'UPDATE restrictions SET seen_at = coalesce(seen_at, $3) WHERE id = $1 AND user_id = $2 RETURNING id',
    [restrictionId, userId, clock.now()],
  );
  found(row, 'restriction');
}
