import type { Me } from '#core/accounts/token.ts';
import { Problem } from '#core/errors.ts';
import { standingOf } from '#core/restrictions/restricted.ts';
import { refuseRestricted } from '#core/restrictions/statement.ts';

/**
 * Whose records are asked for: the caller's own, or those of any person for a current moderator. A restricted moderator
 * may read their own.
 * @throws `forbidden` for another person's without the role; `restricted`
 */
export async function whose(me: Me, userId: string | undefined): Promise<string> {
  if (userId === undefined || userId === me.userId) return me.userId;
  const { role, restriction } = await standingOf(me);
  if (role !== 'moderator' && role !== 'admin')
    throw new Problem('forbidden', 'Only moderators see the records of others');
  refuseRestricted(restriction);
  return userId;
}
