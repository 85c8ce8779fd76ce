import { createHash, randomBytes } from 'node:crypto';
import { Problem } from '#core/errors.ts';
import { newId } from '#core/ids.ts';
import { log } from '#core/log.ts';
import { rules } from '#core/rules.ts';
import { noteNetwork } from '#core/safety/network.ts';
import { transaction, type Tx } from '#core/transaction.ts';
import type { Tokens } from '#core/wire/account.ts';
import { markActive } from './active.ts';
import { signAccessToken, type Me } from './token.ts';
import type { Role } from '#core/rules.ts';

/** Signs a person in on a device: the first tokens of a new family. */
export async function startFamily(tx: Tx, userId: string, deviceId: string): Promise<Tokens> {
  const user = await tx.one<{ role: Role }>('UPDATE users SET active_at = $2 WHERE id = $1 RETURNING role', [
    userId,
    tx.now,
  ]);
  if (!user) throw new Problem('unauthenticated', 'This account no longer exists');
  return issue(tx, { userId, deviceId, familyId: newId(), role: user.role });
}

/**
 * Exchanges a refresh token for new tokens (RFC 9700 section 4.14.2). Each is good for one use; a second use
 * means that two hold it, so all of its family are revoked.
 *
 * An honest client repeats too: its answer was lost, or two tabs refreshed at once. So a repeat within
 * `rules.refreshGraceSeconds` gets a further successor, as long as none has been used; the first successor to
 * be used revokes its siblings, and a client that then shows a sibling is taken for the second holder. A thief who
 * repeats in time wins nothing by it: either they or the owner come second at the next refresh.
 * @param from the address that it comes from, where it is known
 * @throws Problem `unauthenticated` for an unknown, expired or revoked token; `refresh_reused`
 */
export async function refresh(token: string, from?: string): Promise<Tokens> {
  const outcome = await transaction((tx) => rotate(tx, hashOf(token), from));
  if (outcome instanceof Problem) throw outcome; // only now: a revocation has to be committed first
  return outcome;
}

/** Signs the family of a refresh token out. An unknown token is no error: it is out already. */
export async function logout(token: string): Promise<void> {
  await transaction(async (tx) => {
    await lockOwner(tx, hashOf(token));
    const row = await tx.one<{ family_id: string }>(
      'SELECT family_id FROM refresh_tokens WHERE token_hash = $1',
      [hashOf(token)],
    );
    if (row) await revokeFamily(tx, row.family_id);
  });
}

/**
 * Revokes all refresh tokens of a family. The caller holds the lock on the owner's row: without it a refresh that is
 * under way inserts its successor after this statement has looked, and the family lives on.
 */
export async function revokeFamily(tx: Tx, familyId: string): Promise<void> {
  await tx.sql('UPDATE refresh_tokens SET revoked_at = $2 WHERE family_id = $1 AND revoked_at IS NULL', [
    familyId,
    tx.now,
  ]);
}

interface Row {
  id: string;
  family_id: string;
  user_id: string;
  device_id: string;
  expires_at: Date;
  used_at: Date | null;
  revoked_at: Date | null;
  /** A token of the family was used at or after this one's use: one of its successors. */
  followed: boolean;
  /** The family has not been revoked as a whole. */
  family_lives: boolean;
}

async function rotate(tx: Tx, hash: Buffer, from: string | undefined): Promise<Tokens | Problem> {
  const role = await lockOwner(tx, hash);
  const row = await readToken(tx, hash);
  if (!role || !row || row.expires_at <= tx.now) return new Problem('unauthenticated', 'Sign in again');
  if (row.revoked_at && !row.family_lives) return new Problem('unauthenticated', 'Sign in again');
  if (isReuse(row, tx.now)) return revoke(tx, row);

  if (!row.used_at) await use(tx, row);
  await markActive(tx, row.user_id);
  if (from !== undefined) await noteNetwork(tx, row.device_id, from);
  return issue(tx, { userId: row.user_id, deviceId: row.device_id, familyId: row.family_id, role });
}

/** Refreshes and sign-outs of one family take turns at their owner's row, whichever of its tokens they bring. */
async function lockOwner(tx: Tx, hash: Buffer): Promise<Role | undefined> {
  const owner = await tx.one<{ role: Role }>(
    `SELECT role FROM users
      WHERE id = (SELECT user_id FROM refresh_tokens WHERE token_hash = $1)
        FOR NO KEY UPDATE`,
    [hash],
  );
  return owner?.role;
}

const readToken = (tx: Tx, hash: Buffer): Promise<Row | undefined> =>
  tx.one<Row>(
    `SELECT t.id, t.family_id, t.user_id, t.device_id, t.expires_at, t.used_at, t.revoked_at,
            EXISTS (SELECT FROM refresh_tokens o
                     WHERE o.family_id = t.family_id AND o.id <> t.id AND o.used_at >= t.used_at) AS followed,
            EXISTS (SELECT FROM refresh_tokens o
                     WHERE o.family_id = t.family_id AND o.revoked_at IS NULL) AS family_lives
       FROM refresh_tokens t
      WHERE t.token_hash = $1`,
    [hash],
  );

/** Revoked alone, it is the sibling of one that was used. Used, it may be repeated for a moment. */
function isReuse({ revoked_at, used_at, followed }: Row, now: Date): boolean {
  if (revoked_at) return true;
  if (!used_at) return false;
  return followed || now.getTime() - used_at.getTime() > rules.refreshGraceSeconds * 1000;
}

async function revoke(tx: Tx, row: Row): Promise<Problem> {
  await revokeFamily(tx, row.family_id);
  tx.afterCommit(() =>
    log.warn({ user_id: row.user_id, family_id: row.family_id }, 'a refresh token was reused'),
  );
  return new Problem('refresh_reused');
}

async function use(tx: Tx, row: Row): Promise<void> {
  await tx.sql(
    `UPDATE refresh_tokens
        SET used_at    = CASE WHEN id = $2 THEN $3::timestamptz END,
            revoked_at = CASE WHEN id <> $2 THEN $3::timestamptz END
      WHERE family_id = $1 AND used_at IS NULL AND revoked_at IS NULL`,
    [row.family_id, row.id, tx.now],
  );
}

async function issue(tx: Tx, me: Me): Promise<Tokens> {
  const token = randomBytes(32).toString('base64url');
  const expiresAt = new Date(tx.now.getTime() + rules.refreshTokenDays * 86_400_000);
  await tx.sql(
    `INSERT INTO refresh_tokens (id, family_id, user_id, device_id, token_hash, created_at, expires_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7)`,
    [newId(), me.familyId, me.userId, me.deviceId, hashOf(token), tx.now, expiresAt],
  );
  return {
    access_token: signAccessToken(me, tx.now),
    refresh_token: token,
    expires_in: rules.accessTokenSeconds,
  };
}

// 256 random bits need no salt and no slow hash.
const hashOf = (token: string): Buffer => createHash('sha256').update(token).digest();
