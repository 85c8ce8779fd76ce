import { Problem } from '#core/errors.ts';
import { once } from '#core/idempotency.ts';
import { greetNewcomer } from '#core/safety/newcomer.ts';
import { transaction, type Tx } from '#core/transaction.ts';
import type { CreateGuest, SignedIn } from '#core/wire/account.ts';
import { createUser } from './create.ts';
import { deviceFor, readDeviceToken } from './deviceToken.ts';
import { signIn } from './signIn.ts';

/** The address that a request comes from, and its Idempotency-Key. */
export interface FirstRequest {
  from: string;
  idempotencyKey: string | undefined;
}

/**
 * Lets a person in without e-mail or password: creates an account and signs it in. A valid device token keeps
 * the device, and with it what counts against the device.
 * With a device token, a repeat under the same key signs the same guest in again, with new tokens. Without one the
 * key is ignored: a key, a profile and an address are no secret, and must not sign a stranger in.
 * @throws Problem `under_age`, `invalid` (a slur as a name, a bad device token), `idempotency_mismatch`, or
 *   `already_registered` when the guest whom a repeat means has become a member: their password is asked for
 */
export function createGuest(input: CreateGuest, { from, idempotencyKey }: FirstRequest): Promise<SignedIn> {
  return transaction(async (tx) => {
    const device = input.device_token === undefined ? null : readDeviceToken(input.device_token);
    const asked = { scope: `guest:${device}`, key: device ? idempotencyKey : undefined, request: input };
    const { user_id, device_id } = await once(tx, asked, async () => {
      const deviceId = await deviceFor(tx, input.device_token);
      if (input.device_token === undefined) await greetNewcomer(tx, deviceId, from);
      return { user_id: await createUser(tx, deviceId, input, null), device_id: deviceId };
    });
    await requireGuest(tx, user_id);
    return signIn(tx, user_id, device_id, from);
  });
}

async function requireGuest(tx: Tx, userId: string): Promise<void> {
  const user = await tx.one<{ kind: string }>('SELECT kind FROM users WHERE id = $1', [userId]);
  if (user && user.kind !== 'guest') throw new Problem('already_registered');
}
