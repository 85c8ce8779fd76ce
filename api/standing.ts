import type { Me } from '#core/accounts/token.ts';
import { Problem } from '#core/errors.ts';
import { standingOf } from '#core/restrictions/restricted.ts';
import { refuseRestricted } from '#core/restrictions/statement.ts';
import { ranks } from './authenticate.ts';
import type { Operation } from './operation.ts';

/**
 * Lets a caller pass who may still do what their token says: the account is there, its role suffices today, and it is
 * not restricted, unless the operation is open to the restricted. One indexed query. Polls do not come here:
 * what they read says it in the same round trip.
 * @throws Problem `unauthenticated`, `restricted` with the statement, or `forbidden`
 */
export async function refuseByStanding(me: Me, operation: Operation): Promise<void> {
  const { role, restriction } = await standingOf(me);
  if (role === null) throw new Problem('unauthenticated', 'This account no longer exists');
  if (!operation.openToRestricted) refuseRestricted(restriction);
  const { auth } = operation;
  if ((auth === 'moderator' || auth === 'admin') && ranks[role] < ranks[auth]) throw new Problem('forbidden');
}
