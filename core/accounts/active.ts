import type { Tx } from '#core/transaction.ts';

/**
 * Notes that a person is using Minuet. Called where a token is refreshed or a session starts, not at every
 * request: only idleness of a day or more is ever asked about.
 */
export async function markActive(tx: Tx, userId: string): Promise<void> {
  await tx.sql('UPDATE users SET active_at = $2 WHERE id = $1', [userId, tx.now]);
}
