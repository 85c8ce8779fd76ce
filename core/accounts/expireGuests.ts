import { rules } from '#core/rules.ts';
import { transaction } from '#core/transaction.ts';
import { scrub } from './scrub.ts';

const batch = 200;

/**
 * Deletes guests who have been idle for `rules.guestIdleHours`, and returns how many. Never one who is anywhere
 * but at IDLE without a session. A guest with a mutual match stays for as long as they can come back, that is until
 * their last refresh token has expired: the match is what they came for.
 *
 * In batches, each its own transaction, oldest first; a guest whose journey another transaction has locked is left
 * for the next run. What refers to them without being theirs (rounds, flags, blocks against them) keeps the bare id.
 */
export async function expireGuests(): Promise<number> {
  for (let expired = 0; ;) {
    const count = await expireBatch();
    expired += count;
    if (count < batch) return expired;
  }
}

const expireBatch = (): Promise<number> =>
  transaction(
    async (tx) => {
      const idleSince = new Date(tx.now.getTime() - rules.guestIdleHours * 3_600_000);
      const idle = await tx.sql<{ id: string }>(
        `SELECT u.id
         FROM users u JOIN journeys j ON j.user_id = u.id
        WHERE u.kind = 'guest' AND u.active_at < $1
          AND j.state = 'IDLE' AND j.session_id IS NULL
          AND NOT (${hasMutualMatch} AND ${canReturn})
        ORDER BY u.active_at
        LIMIT ${batch}
          FOR UPDATE SKIP LOCKED`,
        [idleSince, tx.now],
      );
      const userIds = idle.map(({ id }) => id);
      await scrub(tx, userIds);
      await tx.sql('DELETE FROM users WHERE id = ANY($1::uuid[])', [userIds]);
      return userIds.length;
    },
    'awaited',
    'long',
  );

const hasMutualMatch = `EXISTS (
  SELECT FROM rounds r WHERE (r.user1_id = u.id OR r.user2_id = u.id) AND r.mutual_at IS NOT NULL)`;

const canReturn = `EXISTS (
  SELECT FROM refresh_tokens t WHERE t.user_id = u.id AND t.expires_at > $2 AND t.revoked_at IS NULL)`;
