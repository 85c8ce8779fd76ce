import { createHmac } from 'node:crypto';
import { lockDraft } from '#core/commands/locked.ts';
import { keyFor } from '#core/secret.ts';
import { LostUpdate, type Tx } from '#core/transaction.ts';
import { eject, lockReached } from './eject.ts';
import { holdsAt } from '#core/restrictions/restricted.ts';

const key = keyFor('network');
const dayMs = 86_400_000;

/**
 * The network that an address belongs to on one day: 128 bits of a keyed hash, so that no address is kept, and
 * another one every day, so that days cannot be joined.
 * @param address an IPv4 address, of which the last byte does not count, or an IPv6 network
 */
export function networkOf(address: string, day: Date): string {
  const prefix = address.replace(/^(?:::ffff:)?(\d+\.\d+\.\d+)\.\d+$/, '$1.0');
  const hex = createHmac('sha256', key)
    .update(`${Math.floor(day.getTime() / dayMs)}|${prefix}`)
    .digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join(
    '-',
  );
}

/** Notes from which network a device was last used; looked at when its owner is restricted, and soon forgotten. */
export async function noteNetwork(tx: Tx, deviceId: string, address: string): Promise<void> {
  await tx.sql('UPDATE devices SET network = $2, network_at = $3 WHERE id = $1', [
    deviceId,
    networkOf(address, tx.now),
    tx.now,
  ]);
}

/**
 * An account signs in on a further device. What restricts the account reaches that device too; calls and searches of
 * other accounts there end, as when the restriction was imposed. Locks journeys: call it before locking anything else.
 * @throws LostUpdate when the account was restricted meanwhile; the transaction is repeated
 */
export async function reachDevice(tx: Tx, userId: string, deviceId: string): Promise<void> {
  const own = await tx.one('SELECT 1 AS one FROM users WHERE id = $1 AND device_id = $2', [userId, deviceId]);
  if (own) return; // reached with the account
  if (!(await mustReach(tx, userId, deviceId))) {
    await lockDraft(tx, { people: [userId] }); // a restriction comes first, or finds this sign-in
    if (await mustReach(tx, userId, deviceId)) throw new LostUpdate('The account was restricted meanwhile');
    return;
  }
  const there = await lockReached(tx, userId, [deviceId]);
  await tx.sql(
    `INSERT INTO restriction_reach (restriction_id, how, subject)
     SELECT t.restriction_id, 'device', $2::uuid
       FROM restriction_reach t JOIN restrictions r ON r.id = t.restriction_id
      WHERE t.how = 'account' AND t.subject = $1 AND ${holdsAt('$3::timestamptz')}
     ON CONFLICT DO NOTHING`,
    [userId, deviceId, tx.now],
  );
  await eject(tx, there);
}

/** Whether something restricts the account and has not reached the device. */
async function mustReach(tx: Tx, userId: string, deviceId: string): Promise<boolean> {
  const row = await tx.one(
    `SELECT 1 AS one FROM restriction_reach t JOIN restrictions r ON r.id = t.restriction_id
      WHERE t.how = 'account' AND t.subject = $1 AND ${holdsAt('$3::timestamptz')}
        AND NOT EXISTS (SELECT 1 FROM restriction_reach d
                         WHERE d.restriction_id = t.restriction_id AND d.subject = $2::uuid)
      LIMIT 1`,
    [userId, deviceId, tx.now],
  );
  return row !== undefined;
}
