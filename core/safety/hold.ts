import { sql } from '#db/postgres.ts';
import { clock } from '#core/clock.ts';
import { rules } from '#core/rules.ts';
import { transaction, type Tx } from '#core/transaction.ts';
import { lockReached } from './lift.ts';
import { holdPerson, impose, logImposed, type Order } from './restrict.ts';

/*
 * A person who may be under age is held until a moderator has looked, which an alert asks for at once. The word of one
 * member holds, and so does that of guests on two devices. A single guest costs nothing to be, so their word holds for
 * an hour at most: long enough for a human to look, too short to keep a person out. What a hostile reporter cannot do:
 * hold a person without a call that began, or with more flags than five an hour, or twice with the same flag; hold a
 * second person while the first has not been looked at, from the same account, device or (as a guest) network; hold
 * anyone at all after a moderator has dismissed such a flag of theirs; hold, as a single guest, whom a moderator has
 * looked at lately. docs/security.md says why.
 */

const { automatic, hold } = rules.moderation;

/** A flag that may hold a person: its reporter is believed, for now. */
interface Believed {
  flag_id: string;
  device: string;
  member: boolean;
  /** This flag has held them once, its network holds another person, or a moderator has looked at them lately. */
  spent: boolean;
}

/**
 * Holds a person who was flagged as under age; a hold for an hour becomes one until a human has looked when more flags
 * come. It may be asked any number of times: a person held already stays so, and a moderator who has lifted a hold has
 * decided about the flags before.
 */
export async function holdIfUnderage(userId: string): Promise<void> {
  if ((await believed(userId, clock.now())).length === 0) return;
  await transaction(async (tx) => {
    const held = await holdPerson(tx, userId);
    const flags = await believed(userId, tx.now, tx);
    const isCertain = weightOf(flags) >= hold.weight;
    const [first] = isCertain ? flags : flags.filter((one) => !one.spent);
    const standing = await holdOf(tx, userId);
    if (!first || (standing && (standing.until === null || !isCertain))) return;
    if (standing) return prolong(tx, standing.id);
    const order: Order = {
      ...{ userId, kind: 'restriction', category: 'underage', hold: true, flagId: first.flag_id },
      hours: isCertain ? null : hold.loneGuestMinutes / 60,
      reason: 'We have to be sure that you are 18 or older. A moderator looks at it as soon as possible',
    };
    await logImposed(tx, order, await impose(tx, held, order, null), null);
  });
}

/** Members count in full, guests by half; one device is one voice. */
function weightOf(flags: readonly Believed[]): number {
  const weights = new Map<string, number>();
  for (const { device, member } of flags) {
    const weight = member ? automatic.memberWeight : automatic.guestWeight;
    weights.set(device, Math.max(weight, weights.get(device) ?? 0));
  }
  return [...weights.values()].reduce((sum, weight) => sum + weight, 0);
}

const holdOf = (tx: Tx, userId: string) =>
  tx.one<{ id: string; until: Date | null }>(
    `SELECT id, until FROM restrictions
      WHERE user_id = $1 AND hold AND lifted_at IS NULL AND (until IS NULL OR until > $2) LIMIT 1`,
    [userId, tx.now],
  );

async function prolong(tx: Tx, restrictionId: string): Promise<void> {
  await tx.sql('UPDATE restrictions SET until = NULL WHERE id = $1', [restrictionId]);
  await lockReached(tx, restrictionId); // publishes the statement anew
}

const believed = (userId: string, now: Date, tx?: Tx): Promise<Believed[]> =>
  sql<Believed>(
    statement,
    [
      ...[userId, clock.after(-automatic.withinHours * 3600, now), now],
      ...[clock.after(-hold.dismissedDays * 86_400, now), clock.after(-hold.clearedDays * 86_400, now)],
    ],
    tx?.raw,
  );

const heldAlready = `h.hold AND h.lifted_at IS NULL AND (h.until IS NULL OR h.until > $3::timestamptz)`;

const statement = `
  SELECT f.id AS flag_id, f.reporter_device_id AS device, coalesce(u.kind = 'member', false) AS member,
         EXISTS (SELECT 1 FROM restrictions h WHERE h.flag_id = f.id AND h.hold)
         OR EXISTS (SELECT 1 FROM restrictions h JOIN flags o ON o.id = h.flag_id JOIN devices e ON e.id = o.reporter_device_id
                     WHERE ${heldAlready} AND o.flagged_id <> $1 AND e.network = d.network)
         OR EXISTS (SELECT 1 FROM flags o WHERE o.flagged_id = $1 AND o.category = 'underage'
                       AND (o.status = 'dismissed' OR o.outcome = 'none') AND o.closed_at > $5) AS spent
    FROM flags f
    JOIN rounds r ON r.id = f.round_id
    LEFT JOIN users u ON u.id = f.reporter_id
    LEFT JOIN devices d ON d.id = f.reporter_device_id
   WHERE f.flagged_id = $1 AND f.category = 'underage' AND f.status = 'pending' AND f.queue = 'normal'
     AND f.withdrawn_at IS NULL AND f.created_at > $2 AND r.started_at IS NOT NULL
     AND NOT EXISTS (SELECT 1 FROM flags o
                      WHERE (o.reporter_id = f.reporter_id OR o.reporter_device_id = f.reporter_device_id)
                        AND o.category = 'underage' AND o.status = 'dismissed' AND o.closed_at > $4)
     AND NOT EXISTS (SELECT 1 FROM restrictions h JOIN flags o ON o.id = h.flag_id
                      WHERE ${heldAlready} AND o.flagged_id <> $1
                        AND (o.reporter_id = f.reporter_id OR o.reporter_device_id = f.reporter_device_id))
     AND NOT EXISTS (SELECT 1 FROM restrictions h WHERE h.user_id = $1 AND h.hold AND h.lifted_at >= f.created_at)
   ORDER BY member DESC, f.created_at, f.id`;
