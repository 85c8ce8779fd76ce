import { sql } from '#db/postgres.ts';
import { clock } from '#core/clock.ts';
import { rules } from '#core/rules.ts';
import { transaction, type Tx } from '#core/transaction.ts';
import { isRestricted } from './restricted.ts';
import { holdPerson, impose, logImposed, type Order } from './restrict.ts';

const { automatic } = rules.moderation;

/**
 * Restricts somebody for a day when enough people have flagged them, until a human has looked: the flags stay in
 * the queue. Distinct devices count, a guest's less; flags that came in too great a number do not, nor those
 * before the last restriction. Not in the flag's transaction, which holds the locks of two people only, but right
 * after it; a job looks again every minute, and it may be asked any number of times.
 */
export async function restrictIfFlagged(userId: string): Promise<void> {
  if ((await weightOf(userId, clock.now())) < automatic.threshold) return;
  await transaction(async (tx) => {
    const held = await holdPerson(tx, userId);
    if ((await weightOf(userId, tx.now, tx)) < automatic.threshold) return; // somebody else has just done it
    const order: Order = {
      ...{ userId, kind: 'restriction', category: null, hours: automatic.restrictHours, flagId: null },
      reason: 'Several people have flagged you. You are restricted until a moderator has looked at it',
    };
    await logImposed(tx, order, await impose(tx, held, order, null), null);
  });
}

/** The weight of the flags that nobody has looked at, 0 for whoever is restricted already. */
async function weightOf(userId: string, now: Date, tx?: Tx): Promise<number> {
  const [row] = await sql<{ weight: number }>(
    `SELECT coalesce(sum(weight), 0)::double precision AS weight FROM (
       SELECT max(CASE WHEN u.kind = 'member' THEN $2 ELSE $3 END::double precision) AS weight
         FROM flags f
         LEFT JOIN users u ON u.id = f.reporter_id
        WHERE (f.flagged_id = $1 OR f.flagged_device_id = (SELECT device_id FROM journeys WHERE user_id = $1))
          AND f.status = 'pending' AND f.withdrawn_at IS NULL AND f.queue = 'normal' AND f.created_at > $4::timestamptz
          AND NOT EXISTS (SELECT 1 FROM restrictions r
                           WHERE r.user_id = $1 AND r.kind = 'restriction' AND r.created_at >= f.created_at)
          AND NOT ${isRestricted('f.flagged_id, f.flagged_device_id', '$5::timestamptz')}
        GROUP BY f.reporter_device_id) w`,
    [
      userId,
      automatic.memberWeight,
      automatic.guestWeight,
      clock.after(-automatic.withinHours * 3600, now),
      now,
    ],
    tx?.raw,
  );
  return row?.weight ?? 0;
}

/** Looks at everybody who has been flagged lately: what was left undone when a process died is done now. */
export async function restrictFlagged(): Promise<void> {
  const rows = await sql<{ flagged_id: string }>(
    `SELECT DISTINCT flagged_id FROM flags WHERE queue = 'normal' AND status = 'pending' AND created_at > $1`,
    [clock.after(-automatic.withinHours * 3600)],
  );
  for (const { flagged_id } of rows) await restrictIfFlagged(flagged_id);
}
