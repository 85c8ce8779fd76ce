import { found, Problem } from '#core/errors.ts';
import type { Role } from '#core/rules.ts';
import { transaction } from '#core/transaction.ts';
import { logDeed } from '#core/audit/log.ts';

/**
 * Gives a person a role, or takes it. What it takes ends at once; what it gives begins with the next refresh.
 * A person cannot change their own, so there is always an admin.
 * @param by null: the operator
 * @throws `not_found`; `forbidden` for oneself; `invalid` for a guest, who has no password
 */
export const setRole = (userId: string, role: Role, by: string | null): Promise<void> =>
  transaction(async (tx) => {
    if (userId === by) throw new Problem('forbidden', 'Nobody changes their own role');
    const user = found(
      await tx.one<{ kind: string; role: Role }>(
        'SELECT kind, role FROM users WHERE id = $1 FOR NO KEY UPDATE',
        [userId],
      ),
      'person',
    );
    if (user.kind === 'guest') throw new Problem('invalid', 'Only a member can have a role');
    if (user.role === role) return;
    await tx.sql('UPDATE users SET role = $2 WHERE id = $1', [userId, role]);
    await logDeed(tx, {
      actor: by,
      action: 'set_role',
      subject: userId,
      details: { from: user.role, to: role },
    });
  });
