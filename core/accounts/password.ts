import { randomBytes } from 'node:crypto';
import { hash, verify } from '@node-rs/argon2';

// OWASP's second choice for argon2id: 86 ms here, on a thread of the pool.
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** The argon2id hash of a password, with its own salt (PHC format). */
export const hashPassword = (password: string): Promise<string> => hash(password, cost);

/**
 * Whether a password is the one that was hashed. Without a hash (no account has this e-mail) it takes as long and
 * says no, so that time does not tell who is registered.
 */
export async function isPassword(password: string, passwordHash: string | undefined): Promise<boolean> {
  const matches = await verify(passwordHash ?? (await nobodys), password);
  return matches && passwordHash !== undefined;
}

const nobodys = hashPassword(randomBytes(32).toString('base64url'));
