import { clock } from '#core/clock.ts';
import { found } from '#core/errors.ts';
import { newId } from '#core/ids.ts';
import { logDeed } from '#core/audit/log.ts';
import { rules, type FlagCategory } from '#core/rules.ts';
import { LostUpdate, transaction, type Tx } from '#core/transaction.ts';
import { eject, lockReached, type Reached } from './eject.ts';

/** What is to be imposed on whom, and why. The reason is read by the person themselves. */
export interface Order {
  userId: string;
  kind: 'warning' | 'restriction';
  category: FlagCategory | null;
  reason: string;
  /** How long a restriction lasts, hours; null: for good. A warning restricts nothing. */
  hours: number | null;
  /** The flag that led to it, if one did. */
  flagId: string | null;
  /** No moderator has decided it: it ends when one has looked, and counts as no earlier restriction. */
  hold?: boolean;
}

/** What was imposed: a permanent restriction lasts a week until a second moderator confirms it, where there is one. */
export interface Imposed {
  id: string;
  until: Date | null;
  awaits_confirmation: boolean;
}

/**
 * Warns or restricts a person: their account, the devices they use, and for new devices the network they came
 * from. A live round ends, a vote under way is a skip, the search is over; from the commit on they are not paired,
 * and with the next view, which it publishes, their every request is refused.
 * @param by the moderator; null: the system itself
 * @throws `not_found` when nothing is known of such a person
 */
export const restrict = (order: Order, by: string | null): Promise<Imposed> =>
  transaction(async (tx) => {
    const held = await holdPerson(tx, order.userId);
    const imposed = await impose(tx, held, order, by);
    await logImposed(tx, order, imposed, by);
    return imposed;
  });

/** A person who is to be restricted, and whom it will reach: everybody's journeys are locked. */
export interface Held extends Reached {
  userId: string;
}

/**
 * Locks a person, everybody at their devices, and the partners of all of them, in the order of all commits.
 * @throws LostUpdate when their devices, or those who sit there, have changed meanwhile; the transaction is repeated
 * @throws `not_found` when nothing is known of such a person
 */
export async function holdPerson(tx: Tx, userId: string): Promise<Held> {
  const devices = await devicesOf(tx, userId);
  if (devices.length === 0) found(undefined, 'person');
  const reached = await lockReached(tx, userId, devices);
  if ((await devicesOf(tx, userId)).some((id) => !devices.includes(id)))
    throw new LostUpdate('They signed in on another device between the look and the lock');
  tx.follows(clock.now()); // a person who has erased themselves meanwhile has left no record to follow
  return { userId, ...reached };
}

/** A guest may be gone already: then their device is the one that their flags name. */
async function devicesOf(tx: Tx, userId: string): Promise<string[]> {
  const rows = await tx.sql<{ device_id: string }>(
    `SELECT device_id FROM users WHERE id = $1
     UNION SELECT device_id FROM journeys WHERE user_id = $1
     UNION SELECT device_id FROM refresh_tokens WHERE user_id = $1 AND expires_at > $2
     UNION SELECT flagged_device_id FROM flags WHERE flagged_id = $1`,
    [userId, tx.now],
  );
  return rows.map((row) => row.device_id);
}

/** Writes the order, and if it is a restriction ends what it forbids. The caller logs it, last of all. */
export async function impose(tx: Tx, held: Held, order: Order, by: string | null): Promise<Imposed> {
  const { restrictUntil, awaits } = await termOf(tx, order, by);
  const id = newId();
  await tx.sql(
    `INSERT INTO restrictions (id, user_id, kind, category, reason, created_at, until, automated, issued_by,
                               proposed_permanent, flag_id, hold)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
    [
      ...[id, order.userId, order.kind, order.category, order.reason, tx.now, restrictUntil],
      ...[by === null, by, awaits, order.flagId, order.hold ?? false],
    ],
  );
  await writeReach(tx, id, order.userId, order.kind === 'warning' ? [] : held.devices);
  if (order.kind === 'restriction') await eject(tx, held);
  return { id, until: restrictUntil, awaits_confirmation: awaits };
}

/** Account, devices, and the networks that the devices were used from last. */
async function writeReach(tx: Tx, id: string, userId: string, devices: readonly string[]): Promise<void> {
  await tx.sql(
    `INSERT INTO restriction_reach (restriction_id, how, subject)
     SELECT $1::uuid, 'account', $2::uuid
     UNION SELECT $1::uuid, 'device', unnest($3::uuid[])
     UNION SELECT $1::uuid, 'network', network FROM devices
            WHERE id = ANY($3::uuid[]) AND network IS NOT NULL AND network_at > $4`,
    [id, userId, devices, clock.after(-rules.moderation.networkHours * 3600, tx.now)],
  );
}

async function termOf(tx: Tx, { kind, hours, hold }: Order, by: string | null) {
  if (kind === 'warning' || (hold && hours === null)) return { restrictUntil: null, awaits: false };
  if (hours !== null) return { restrictUntil: clock.after(hours * 3600, tx.now), awaits: false };
  const awaits = await thereIsAnother(tx, [by]);
  const atFirst = clock.after(rules.moderation.permanentAwaitsHours * 3600, tx.now);
  return { restrictUntil: awaits ? atFirst : null, awaits };
}

/** Whether there is a moderator or admin who is none of these. */
export async function thereIsAnother(tx: Tx, than: readonly (string | null)[]): Promise<boolean> {
  const other = await tx.one(
    `SELECT 1 AS one FROM users WHERE role <> 'member' AND NOT (id = ANY($1::uuid[])) LIMIT 1`,
    [than.filter((id) => id !== null)],
  );
  return other !== undefined;
}

const actionOf = ({ kind, hold }: Order, by: string | null): string => {
  if (kind === 'warning') return 'warn';
  if (hold) return 'hold';
  return by === null ? 'restrict_automatically' : 'restrict';
};

/** One line of the log for what was imposed; a permanent restriction by a lone moderator is said to be that. */
export const logImposed = (tx: Tx, order: Order, imposed: Imposed, by: string | null): Promise<void> =>
  logDeed(tx, {
    actor: by,
    action: actionOf(order, by),
    subject: order.userId,
    details: {
      restriction_id: imposed.id,
      category: order.category,
      until: imposed.until?.toISOString() ?? null,
      awaits_confirmation: imposed.awaits_confirmation,
      flag_id: order.flagId,
      ...(order.kind === 'restriction' &&
        order.hours === null &&
        !order.hold && { alone: !imposed.awaits_confirmation }),
    },
  });
