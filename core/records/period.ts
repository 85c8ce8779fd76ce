import { Problem } from '#core/errors.ts';
import { clock } from '#core/clock.ts';
import { rules } from '#core/rules.ts';

/** What is asked for a time; see `periodFields` in wire/common.ts. */
export interface AskedPeriod {
  start_time?: Date | undefined;
  end_time?: Date | undefined;
}

/** From an instant on, before another. */
export interface Period {
  from: Date;
  to: Date;
}

export const hourMs = 3_600_000;
export const dayMs = 24 * hourMs;

/**
 * The period that is asked for: until now, and a day long, unless it says otherwise.
 * @throws `invalid` when it ends before it begins, or is longer than anything is kept
 */
export function periodOf({ start_time, end_time }: AskedPeriod): Period {
  const to = end_time ?? clock.now();
  const from = start_time ?? new Date(to.getTime() - dayMs);
  const ms = to.getTime() - from.getTime();
  if (ms <= 0 || ms > rules.statisticsDays * dayMs)
    throw new Problem('invalid', `start_time: at most ${rules.statisticsDays} days before end_time`);
  return { from, to };
}

/** As answers carry it. */
export const presentPeriod = ({ from, to }: Period) => ({ start_time: from, end_time: to });

/** The step of a series, s: hours, or days where there would be too many. */
export const stepOf = ({ from, to }: Period): 3600 | 86_400 =>
  to.getTime() - from.getTime() <= 14 * dayMs ? 3600 : 86_400;

/** The full hour at or before an instant. */
export const hourOf = (at: Date): Date => floor(at, hourMs);

/** The last full hour, or day (UTC), at or before an instant; and the first at or after one. */
export const floor = (at: Date, ms: number): Date => new Date(Math.floor(at.getTime() / ms) * ms);
export const ceil = (at: Date, ms: number): Date => new Date(Math.ceil(at.getTime() / ms) * ms);
