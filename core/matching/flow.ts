import { rules } from '#core/rules.ts';

/** How fast people come, and therefore whether it is worth making them wait a moment for a better partner. */
export interface Flow {
  /** A person has come, at this instant; one after the present counts as the present. */
  note(atMs: number): void;
  /**
   * Until when those who have just come are held back: while so many come that a hold brings real choice,
   * and they go on coming. Alone, or after the last of a crowd, a person is not held.
   * @returns null: no person is held; otherwise the instant from which the flow counts as dried up
   */
  dryAtMs(nowMs: number): number | null;
}

export function createFlow(): Flow {
  let times: number[] = [];
  let first = 0;
  let last = -Infinity;
  let noted: number[] = [];

  /** Clocks differ between processes: an arrival in the future would hold everybody until then. */
  function take(nowMs: number): void {
    for (const noticed of noted) {
      const atMs = Math.min(noticed, nowMs);
      if (atMs <= last - rules.matching.holdMs) continue; // came long ago, and is only back
      times.push(atMs);
      last = Math.max(last, atMs);
    }
    noted = [];
  }

  return {
    note: (atMs) => void noted.push(atMs),
    dryAtMs(nowMs) {
      take(nowMs);
      const { holdMs, holdFor, dryMs, dryGaps } = rules.matching;
      while (first < times.length && (times[first] ?? 0) <= nowMs - holdMs) first++;
      if (first > 10_000 || first === times.length) {
        times = times.slice(first);
        first = 0;
      }
      const count = times.length - first;
      if (count < holdFor) return null;
      const dryAt = last + Math.max(dryMs, (dryGaps * holdMs) / count);
      return dryAt > nowMs ? dryAt : null;
    },
  };
}
