import { createUser } from '#core/accounts/create.ts';
import { deviceFor } from '#core/accounts/deviceToken.ts';
import type { Tx } from '#core/transaction.ts';

/** An admin is no date: the profile is there because every account has one. */
export async function createAdmin(tx: Tx, email: string, password_hash: string): Promise<string> {
  const deviceId = await deviceFor(tx, undefined);
  const profile = {
    display_name: 'Admin',
    birth_date: '1970-01-01',
    gender: 'other' as const,
    interests: [],
  };
  return createUser(tx, deviceId, profile, { email, password_hash });
}
