import { hashPassword, isPassword } from '#core/accounts/password.ts';
import { log } from '#core/log.ts';
import { transaction, type Tx } from '#core/transaction.ts';
import { createAdmin } from './createAdmin.ts';
import { logDeed } from '#core/audit/log.ts';

const turn = 471_100_182;

/**
 * Makes the first admin, while there is none: a new member with this e-mail and password, or the member who has
 * both already. A member who merely has the e-mail is not promoted: it was never verified. Safe to do in every process
 * at every start.
 */
export async function ensureFirstAdmin({
  email,
  password,
}: {
  email: string;
  password: string;
}): Promise<void> {
  if (email === '' || password === '') return;
  const address = email.trim().toLowerCase();
  const known = await transaction((tx) => memberWith(tx, address));
  const fits = known ? await isPassword(password, known.password_hash) : true;
  if (!fits) {
    log.warn(
      'ADMIN_EMAIL belongs to a member with another password than ADMIN_PASSWORD: nobody was made admin',
    );
    return;
  }
  const passwordHash = known?.password_hash ?? (await hashPassword(password));
  await transaction(async (tx) => {
    await tx.sql('SELECT pg_advisory_xact_lock($1)', [turn]);
    if (await tx.one(`SELECT 1 AS one FROM users WHERE role = 'admin' LIMIT 1`)) return;
    const id = (await memberWith(tx, address))?.id ?? (await createAdmin(tx, address, passwordHash));
    await tx.sql(`UPDATE users SET role = 'admin' WHERE id = $1`, [id]);
    await logDeed(tx, { actor: null, action: 'first_admin', subject: id, details: {} });
  });
}

const memberWith = (tx: Tx, email: string) =>
  tx.one<{ id: string; password_hash: string }>(
    'SELECT id, password_hash FROM users WHERE lower(email) = $1',
    [email],
  );
