import type { Tx } from '#core/transaction.ts';

/**
 * Removes, from rows that stay, data about people who are being deleted. The rows of their accounts are deleted with
 * them; this is for what does not refer to those. Rounds keep the bare id, since they are the partner's too; flags,
 * restrictions, appeals and the log stay as they are (docs/data.md says why), and so do blocks against them.
 */
export async function scrub(tx: Tx, userIds: readonly string[]): Promise<void> {
  if (userIds.length === 0) return;
  for (const statement of statements) await tx.sql(statement, [userIds]);
}

const unflagged = `NOT EXISTS (SELECT 1 FROM flags f WHERE f.round_id = c.round_id)`;

const statements = [
  `DELETE FROM chat_lines c WHERE c.user_id = ANY($1::uuid[]) AND ${unflagged}`,
  `UPDATE rounds SET matched_topics = '{}' WHERE user1_id = ANY($1::uuid[]) OR user2_id = ANY($1::uuid[])`,
  `UPDATE round_participants SET quality = NULL WHERE user_id = ANY($1::uuid[]) AND quality IS NOT NULL`,
  // A vote that made a match is part of the match; one still open decides the partner's.
  `DELETE FROM decisions d USING rounds r
    WHERE r.id = d.round_id AND d.user_id = ANY($1::uuid[]) AND r.mutual_at IS NULL AND r.settled_at IS NOT NULL`,
  `UPDATE decisions SET ratings = NULL WHERE user_id = ANY($1::uuid[])`,
  `DELETE FROM blocks WHERE blocker_id = ANY($1::uuid[])`,
  `DELETE FROM exclusions WHERE user_id = ANY($1::uuid[])`,
  `DELETE FROM journey_events WHERE user_id = ANY($1::uuid[])`,
  `DELETE FROM idempotency_keys WHERE split_part(scope, ':', 2) = ANY($1::text[])`,
  `DELETE FROM idempotency_keys WHERE result ->> 'user_id' = ANY($1::text[])`,
  `UPDATE devices d SET network = NULL, network_at = NULL
     FROM users u WHERE u.id = ANY($1::uuid[]) AND d.id = u.device_id
      AND NOT EXISTS (SELECT 1 FROM users o WHERE o.device_id = d.id AND NOT (o.id = ANY($1::uuid[])))`,
];
