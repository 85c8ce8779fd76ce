import { noteNetwork, reachDevice } from '#core/safety/network.ts';
import type { Tx } from '#core/transaction.ts';
import type { SignedIn } from '#core/wire/account.ts';
import { deviceTokenOf } from './deviceToken.ts';
import { readProfile } from './profile.ts';
import { startFamily } from './refreshToken.ts';

/**
 * What a person gets who has just shown who they are: profile, device token and a new family of tokens.
 * @param from the address that they come from, where it is known
 */
export async function signIn(tx: Tx, userId: string, deviceId: string, from?: string): Promise<SignedIn> {
  await reachDevice(tx, userId, deviceId); // locks journeys, which come before devices
  if (from !== undefined) await noteNetwork(tx, deviceId, from);
  const tokens = await startFamily(tx, userId, deviceId);
  return { user: await readProfile(tx, userId), device_token: deviceTokenOf(deviceId), ...tokens };
}
