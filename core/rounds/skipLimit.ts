import { clock } from '#core/clock.ts';
import { deviceIn, type Draft } from '#core/commands/draft.ts';
import type { Journey } from '#core/journey/advance.ts';
import { settings } from '#core/settings.ts';

/**
 * Counts an early exit for the person and for their device, and says what it costs: a longer wait, never a
 * refusal. The higher of the two counters decides, so that a new guest on the same device gains nothing.
 * @returns the journey's new counter and cooldown
 */
export function countEarlyExit(
  draft: Draft,
  journey: Journey,
): { early_exits: number; cooldown_until: Date | null } {
  const device = deviceIn(draft, journey.device_id);
  const exits = Math.max(device.early_exits, journey.early_exits) + 1;
  device.early_exits = exits;
  const seconds = cooldownSeconds(exits);
  if (seconds === 0) return { early_exits: exits, cooldown_until: journey.cooldown_until };
  device.cooldown_until = clock.after(seconds, draft.now);
  return { early_exits: exits, cooldown_until: device.cooldown_until };
}

/**
 * How long a person is unpairable after so many early exits in a row, seconds. Beyond the last step the last
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
