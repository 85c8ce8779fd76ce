import { sql } from '#db/postgres.ts';
import { clock } from '#core/clock.ts';
import { rules } from '#core/rules.ts';
import { transaction, type Tx } from '#core/transaction.ts';
import { isRestricted } from '#core/restrictions/restricted.ts';
import { holdPerson, impose, logImposed, type Held, type Order } from './restrict.ts';

const { automatic, automaticHours, repeatDays } = rules.moderation;

/**
 * Restricts a person when enough people have flagged them: for a day, for three when it is the second time, for a week
 * when it is the third, and after that until a human has looked. The flags stay in the queue, and a moderator's decision
 * ends it. Distinct devices count, a guest's less; flags that came in too great a number do not, nor those before the
 * last restriction. It may be asked any number of times.
 */
export async function restrictIfFlagged(userId: string): Promise<void> {
  if ((await weightOf(userId, clock.now())) < automatic.threshold) return;
  await transaction(async (tx) => {
    const held = await holdPerson(tx, userId);
    if ((await weightOf(userId, tx.now, tx)) < automatic.threshold) return; // another process has just done it
    const hours = automaticHours[await stoodBefore(tx, held)] ?? null;
    const order: Order = {
      ...{ userId, kind: 'restriction', category: null, hours, hold: hours === null, flagId: null },
      reason: 'Several people have flagged you. You are restricted until a moderator has looked at it',
    };
    await logImposed(tx, order, await impose(tx, held, order, null), null);
  });
}

/**
 * How many restrictions of this person, or of a device of theirs, have stood: a moderator who lifts one, and an appeal
 * that succeeds, take it back. A moderator's count too; a hold does not: no moderator decided it.
 */
async function stoodBefore(tx: Tx, { userId, devices }: Held): Promise<number> {
  const row = await tx.one<{ count: number }>(
    `SELECT count(*)::integer AS count FROM restrictions r
      WHERE r.id IN (SELECT restriction_id FROM restriction_reach
                      WHERE subject = ANY($1::uuid[]) AND how IN ('account', 'device'))
        AND r.kind = 'restriction' AND NOT r.hold AND r.lifted_at IS NULL AND r.created_at > $2`,
    [[userId, ...devices], clock.after(-repeatDays * 86_400, tx.now)],
  );
  return row?.count ?? 0;
}

/** The weight of the flags that no moderator has looked at, 0 for a person who is restricted already. */
async function weightOf(userId: string, now: Date, tx?: Tx): Promise<number> {
  const [row] = await sql<{ weight: number }>(
    `SELECT coalesce(sum(weight), 0)::double precision AS weight FROM (
       SELECT max(CASE WHEN u.kind = 'member' THEN $2 ELSE $3 END::double precision) AS weight
         FROM flags f
         LEFT JOIN users u ON u.id = f.reporter_id
        WHERE (f.flagged_id = $1 OR f.flagged_device_id = (SELECT device_id FROM journeys WHERE user_id = $1))
          AND f.status = 'pending' AND f.withdrawn_at IS NULL AND f.queue = 'normal' AND f.created_at > $4::timestamptz
          AND NOT EXISTS (SELECT 1 FROM restrictions r
                           WHERE r.user_id = $1 AND r.kind = 'restriction' AND r.created_at >= f.created_at
                             AND NOT (r.hold AND r.flag_id IS NOT NULL))
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
