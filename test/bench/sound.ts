import ngeohash from 'ngeohash';
import type { Person } from '#core/matching/compatibility.ts';

/**
 * Why two people must not have been paired, or null. Written a second time, plainly and without any code of the
 * product, so that a mistake there cannot hide itself.
 */
export function wrong(a: Person, b: Person, nowMs: number): string | null {
  if (a.userId === b.userId) return 'with themselves';
  if (a.deviceId === b.deviceId) return 'on one device';
  if (a.mode !== b.mode && a.mode !== 'both' && b.mode !== 'both') return 'without a common mode';
  for (const [one, other] of [
    [a, b],
    [b, a],
  ] as const) {
    // prettier-ignore
    if (one.age < 18) return 'with a minor';
    if (one.cooldownUntilMs > nowMs) return 'during a cooldown';
    if (other.age < one.minAge || other.age > one.maxAge) return 'outside an age range';
    if (one.genders.length > 0 && !one.genders.includes(other.gender)) return 'against a gender preference';
    if (one.avoid.has(other.userId) || one.avoid.has(other.deviceId)) return 'across an exclusion';
    if (one.maxDistanceKm !== null && !(kmBetween(one, other) <= one.maxDistanceKm + 0.01))
      return 'too far apart';
  }
  return null;
}

/** Collects pairs, and stops the run at the first that is wrong. */
export function createWitness() {
  let pairs = 0;
  return {
    pairs: () => pairs,
    /** @param free whether this person was waiting until now */
    see(a: Person, b: Person, nowMs: number, free: (person: Person) => boolean): void {
      const why = wrong(a, b, nowMs) ?? (free(a) && free(b) ? null : 'while already in a round');
      if (why) throw new Error(`${a.userId} and ${b.userId} were paired ${why}`);
      pairs++;
    },
  };
}

function kmBetween(a: Person, b: Person): number {
  if (a.cell === null || b.cell === null) return NaN;
  const [p, q] = [ngeohash.decode(a.cell), ngeohash.decode(b.cell)];
  const rad = Math.PI / 180;
  const h =
    Math.sin(((q.latitude - p.latitude) * rad) / 2) ** 2 +
    Math.cos(p.latitude * rad) *
      Math.cos(q.latitude * rad) *
      Math.sin(((q.longitude - p.longitude) * rad) / 2) ** 2;
  return 2 * 6371 * Math.asin(Math.sqrt(h));
}
