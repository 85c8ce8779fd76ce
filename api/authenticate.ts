import type { Request } from 'express';
import { readAccessToken, type Me } from '#core/accounts/token.ts';
import type { Role } from '#core/rules.ts';
import { clock } from '#core/clock.ts';
import { Problem } from '#core/errors.ts';
import type { Auth } from './operation.ts';
import { createRecent } from './recent.ts';

// Headers with verified tokens, until these expire: a poll then costs a map lookup instead of 12 µs. A token is ours and
// about 450 characters; what else a header may hold (spaces, say) is the sender's, so only the usual form is remembered.
const verified = createRecent<{ me: Me; expiresMs: number }>(32 * 1024 * 1024, 1024);

export const ranks: Record<Role, number> = { member: 0, moderator: 1, admin: 2 };

/**
 * Says who a request speaks for, by its bearer token (RFC 6750). A token that is sent must be valid, even where
 * none is required: `optional` never treats a bad token as no token.
 * @throws Problem `unauthenticated`, `token_expired`, or `forbidden` when the role does not suffice
 */
export function authenticate(request: Request, auth: Auth): Me | undefined {
  if (auth === 'none') return undefined;
  const header = request.headers.authorization;
  if (header === undefined) {
    if (auth === 'optional') return undefined;
    throw new Problem('unauthenticated');
  }
  const me = holder(header);
  if ((auth === 'moderator' || auth === 'admin') && ranks[me.role] < ranks[auth])
    throw new Problem('forbidden');
  return me;
}

function holder(header: string): Me {
  const known = verified.get(header);
  if (known && known.expiresMs > clock.ms()) return known.me;
  if (known) verified.forget(header);

  const token = /^Bearer +([\w.~+/=-]+)$/i.exec(header)?.[1];
  if (token === undefined) throw new Problem('unauthenticated', 'Send Authorization: Bearer <access token>');
  const read = readAccessToken(token);
  if (header === `Bearer ${token}`) verified.set(header, read);
  return read.me;
}
