import { createHmac, timingSafeEqual } from 'node:crypto';
import { newId } from '#core/ids.ts';
import { Problem } from '#core/errors.ts';
import { keyFor } from '#core/secret.ts';
import type { Tx } from '#core/transaction.ts';

const key = keyFor('device token');
const shape = /^([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\.([\w-]{43})$/;

/** The token by which a device is known again: its id and our signature. Always the same for one device. */
export const deviceTokenOf = (deviceId: string): string =>
  `${deviceId}.${signature(deviceId).toString('base64url')}`;

/**
 * The device that a token names.
 * @throws Problem `invalid`, the same for a malformed token and for a forged one
 */
export function readDeviceToken(token: string): string {
  const [, deviceId, sent] = shape.exec(token) ?? [];
  if (deviceId === undefined || sent === undefined || !isOurs(deviceId, sent))
    throw new Problem('invalid', 'device_token: Not a device token', {
      errors: [{ path: 'device_token', message: 'Not a device token' }],
    });
  return deviceId;
}

/** The device that a request comes from: the one that its token names, or a new one. */
export async function deviceFor(tx: Tx, token: string | undefined): Promise<string> {
  const deviceId = token === undefined ? newId() : readDeviceToken(token);
  await tx.sql('INSERT INTO devices (id, created_at) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING', [
    deviceId,
    tx.now,
  ]);
  return deviceId;
}

const isOurs = (deviceId: string, sent: string): boolean => {
  const bytes = Buffer.from(sent, 'base64url');
  return bytes.length === 32 && timingSafeEqual(bytes, signature(deviceId));
};

const signature = (deviceId: string): Buffer => createHmac('sha256', key).update(deviceId).digest();
