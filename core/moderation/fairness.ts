import type { Role } from '#core/rules.ts';
import { Problem } from '#core/errors.ts';
import type { Tx } from '#core/transaction.ts';

/**
 * Moderators may not judge their own case, nor another moderator: that is for an admin.
 * @param by who judges
 * @param of whom
 * @param reporters who have brought it
 * @throws `forbidden`
 */
export async function requireImpartial(
  tx: Tx,
  by: string,
  of: string,
  reporters: readonly string[] = [],
): Promise<void> {
  if (by === of || reporters.includes(by)) throw new Problem('forbidden', 'Nobody judges their own case');
  const rows = await tx.sql<{ id: string; role: Role }>('SELECT id, role FROM users WHERE id IN ($1, $2)', [
    by,
    of,
  ]);
  const roleOf = (id: string) => rows.find((row) => row.id === id)?.role ?? 'member';
  if (roleOf(of) !== 'member' && roleOf(by) !== 'admin')
    throw new Problem('forbidden', 'Only an admin may act on a moderator');
}
