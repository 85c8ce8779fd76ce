import { sql } from '#db/postgres.ts';
import type { Me } from '#core/accounts/token.ts';
import { Problem } from '#core/errors.ts';

/**
 * Of whom records are asked: oneself, or anybody for whoever moderates today.
 * @throws `forbidden` for somebody else's without the role
 */
export async function whose(me: Me, userId: string | undefined): Promise<string> {
  if (userId === undefined || userId === me.userId) return me.userId;
  const [moderator] = await sql(
    `SELECT 1 AS one FROM users WHERE id = $1 AND role IN ('moderator', 'admin')`,
    [me.userId],
  );
  if (!moderator) throw new Problem('forbidden', 'Only moderators see the records of others');
  return userId;
}
