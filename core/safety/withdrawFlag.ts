import { found } from '#core/errors.ts';
import { transaction } from '#core/transaction.ts';
import { flagColumns, lockOwnFlag, logFlag, type Flag } from './flag.ts';

/**
 * Takes one's own flag back. It no longer counts towards an automatic restriction, but it stays in the queue: the
 * reporter may have been talked into taking it back, so a moderator decides. Repeating it changes nothing. The block
 * of the pair stays; it is taken back by itself.
 * @throws `not_found` for an unknown or a stranger's flag; `flag_reviewed`
 */
export const withdrawFlag = (userId: string, flagId: string): Promise<Flag> =>
  transaction(async (tx) => {
    const { flagged_id, ...mine } = await lockOwnFlag(tx, userId, flagId);
    if (mine.withdrawn_at !== null) return mine;
    const withdrawn = await tx.one<Flag>(
      `UPDATE flags SET withdrawn_at = $2, updated_at = $2 WHERE id = $1 RETURNING ${flagColumns}`,
      [flagId, tx.now],
    );
    const saved = found(withdrawn, 'flag');
    await logFlag(tx, 'flag_withdraw', { by: userId, about: flagged_id }, saved);
    return saved;
  });
