import { Problem } from '#core/errors.ts';
import { transaction } from '#core/transaction.ts';
import type { Login, SignedIn } from '#core/wire/account.ts';
import { deviceFor, readDeviceToken } from './deviceToken.ts';
import { isPassword } from './password.ts';
import { signIn } from './signIn.ts';

/**
 * Signs a member in: on the device whose token they send, or else on the one their account began with.
 * @throws Problem `wrong_credentials`, after the same time for an unknown e-mail as for a wrong password;
 *   `invalid` for a bad device token
 */
export async function login({ email, password, device_token }: Login, from?: string): Promise<SignedIn> {
  if (device_token !== undefined) readDeviceToken(device_token);
  const user = await transaction((tx) =>
    tx.one<{ id: string; device_id: string; password_hash: string }>(
      'SELECT id, device_id, password_hash FROM users WHERE lower(email) = $1 AND email IS NOT NULL',
      [email],
    ),
  );
  // Outside any transaction: no connection waits while a password is being hashed.
  if (!(await isPassword(password, user?.password_hash)) || !user) throw new Problem('wrong_credentials');
  return transaction(async (tx) => {
    const deviceId = device_token === undefined ? user.device_id : await deviceFor(tx, device_token);
    return signIn(tx, user.id, deviceId, from);
  });
}
