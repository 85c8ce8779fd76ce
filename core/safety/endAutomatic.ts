import { logDeed } from '#core/audit/log.ts';
import type { Tx } from '#core/transaction.ts';
import { liftIn, lockReached, lockRestriction } from './lift.ts';
import { holdsAt } from '#core/restrictions/restricted.ts';

/**
 * A moderator has decided about a person: what was imposed on them without a human, a hold or a restriction, ends; what
 * the moderator imposes takes its place. Locks journeys, so it comes before anything else is locked.
 * @returns writes the rows of the log; to be called last
 */
export async function endAutomatic(tx: Tx, userId: string, by: string): Promise<() => Promise<void>> {
  const rows = await tx.sql<{ id: string }>(
    `SELECT r.id FROM restrictions r
      WHERE r.user_id = $1 AND r.automated AND ${holdsAt('$2::timestamptz')} ORDER BY r.id`,
    [userId, tx.now],
  );
  for (const { id } of rows) {
    await lockReached(tx, id);
    const restriction = await lockRestriction(tx, id);
    if (restriction.lifted_at === null) await liftIn(tx, restriction, by);
  }
  return async () => {
    for (const { id } of rows)
      await logDeed(tx, { actor: by, action: 'lift', subject: userId, details: { restriction_id: id } });
  };
}
