import { settings } from '#core/settings.ts';
import { clock } from '#core/clock.ts';
import type { Tx } from '#core/transaction.ts';
import type { Journey } from '#core/journey/advance.ts';

/**
 * Counts an early exit for the person and for their device, and says what it costs: a longer wait, never a
 * refusal. Whichever counter is higher decides, so that a new guest on the same device gains nothing.
 * @returns the journey's new counter and cooldown
 */
export async function countEarlyExit(
  tx: Tx,
  journey: Journey,
): Promise<{ early_exits: number; cooldown_until: Date | null }> {
  const device = await tx.one<{ early_exits: number }>(
    'UPDATE devices SET early_exits = greatest(early_exits, $2) + 1 WHERE id = $1 RETURNING early_exits',
    [journey.device_id, journey.early_exits],
  );
  const exits = device?.early_exits ?? journey.early_exits + 1;
  const seconds = cooldownSeconds(exits);
  if (seconds === 0) return { early_exits: exits, cooldown_until: journey.cooldown_until };
  const until = clock.after(seconds, tx.now);
  await tx.sql('UPDATE devices SET cooldown_until = $2 WHERE id = $1', [journey.device_id, until]);
  return { early_exits: exits, cooldown_until: until };
}

/** A finished round makes up for the early exits before it, on the devices too. */
export async function forgetEarlyExits(tx: Tx, deviceIds: readonly string[]): Promise<void> {
  await tx.sql('UPDATE devices SET early_exits = 0 WHERE id = ANY($1::uuid[]) AND early_exits > 0', [
    deviceIds,
  ]);
}

/**
 * How long somebody is unpairable after so many early exits in a row, seconds. Beyond the last step the last
 * cooldown comes back with every further step of the same width.
 */
export function cooldownSeconds(exits: number, steps = settings.skipCooldowns): number {
  const exact = steps.find((step) => step.exits === exits);
  if (exact) return exact.seconds;
  const last = steps.at(-1);
  const width = last && last.exits - (steps.at(-2)?.exits ?? 0);
  if (!last || !width || exits <= last.exits) return 0;
  return (exits - last.exits) % width === 0 ? last.seconds : 0;
}
