import { createSecretKey, randomUUID } from 'node:crypto';
import jwt from 'jsonwebtoken';
import { z } from 'zod';
import { clock } from '#core/clock.ts';
import { Problem } from '#core/errors.ts';
import { roles, rules, type Role } from '#core/rules.ts';
import { settings } from '#core/settings.ts';

/** Who a request speaks for, as its access token says. */
export interface Me {
  userId: string;
  deviceId: string;
  familyId: string;
  role: Role;
}

// A KeyObject: given a string, jsonwebtoken builds one at every call (312 µs a verification against 6).
const key = createSecretKey(Buffer.from(settings.jwtSecret));
const issuer = 'minuet';
const audience = 'minuet';

const claims = z.object({
  sub: z.uuid(),
  did: z.uuid(),
  fam: z.uuid(),
  role: z.enum(roles),
  typ: z.literal('access'),
  exp: z.int(),
});

/** Signs an access token for `me`, valid for `rules.accessTokenSeconds` from `now`. */
export function signAccessToken(me: Me, now: Date): string {
  const iat = Math.floor(now.getTime() / 1000);
  const payload = { did: me.deviceId, fam: me.familyId, role: me.role, typ: 'access', iat };
  return jwt.sign(payload, key, {
    algorithm: 'HS256',
    issuer,
    audience,
    subject: me.userId,
    jwtid: randomUUID(),
    expiresIn: rules.accessTokenSeconds,
  });
}

/**
 * Reads an access token: signature, algorithm, audience, issuer, purpose and age (RFC 8725).
 * @returns who it speaks for, and until when (ms since the epoch)
 * @throws Problem `token_expired`, or `unauthenticated` for anything else
 */
export function readAccessToken(token: string): { me: Me; expiresMs: number } {
  const { sub, did, fam, role, exp } = verified(token);
  return { me: { userId: sub, deviceId: did, familyId: fam, role }, expiresMs: exp * 1000 };
}

function verified(token: string): z.infer<typeof claims> {
  try {
    return claims.parse(
      jwt.verify(token, key, {
        algorithms: ['HS256'],
        issuer,
        audience,
        clockTimestamp: Math.floor(clock.ms() / 1000),
      }),
    );
  } catch (error) {
    if (error instanceof jwt.TokenExpiredError) throw new Problem('token_expired');
    throw new Problem('unauthenticated', 'The access token is not valid');
  }
}
