import type { Request } from 'express';
import { readAccessToken, type Me, type Role } from '#core/accounts/token.ts';
import { clock } from '#core/clock.ts';
import { Problem } from '#core/errors.ts';
import type { Auth } from './operation.ts';

// Headers with verified tokens, until these expire: a poll then costs a map lookup instead of 12 µs. The oldest leave first.
const verified = new Map<string, { me: Me; expiresMs: number }>();
const mostVerified = 20_000;

export const ranks: Record<Role, number> = { member: 0, moderator: 1, admin: 2 };

/**
 * Says who a request speaks for, by its bearer token (RFC 6750). A token that is sent must be valid, even
 * where none is needed for the answer: `optional` never degrades a bad token to nobody.
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
  verified.delete(header);

  const token = /^Bearer +([\w.~+/=-]+)$/i.exec(header)?.[1];
  if (token === undefined) throw new Problem('unauthenticated', 'Send Authorization: Bearer <access token>');
  const read = readAccessToken(token);
  if (verified.size >= mostVerified) verified.delete(verified.keys().next().value ?? '');
  verified.set(header, read);
  return read.me;
}
