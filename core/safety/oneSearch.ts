import { Problem } from '#core/errors.ts';
import type { Tx } from '#core/transaction.ts';

/**
 * One search a device: whoever begins one asks for the device first. Beginners take turns at the device's row,
 * which comes after the journeys in the order of locks.
 * @throws `device_busy` while somebody else searches, or is in a round, on the same device
 */
export async function claimDevice(tx: Tx, userId: string, deviceId: string): Promise<void> {
  await tx.sql('UPDATE devices SET guard = guard + 1 WHERE id = $1', [deviceId]);
  const other = await tx.one(
    `SELECT 1 AS one FROM journeys WHERE device_id = $1 AND user_id <> $2 AND state <> 'IDLE' LIMIT 1`,
    [deviceId, userId],
  );
  if (other) throw new Problem('device_busy');
}
