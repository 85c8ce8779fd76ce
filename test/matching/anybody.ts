import fc from 'fast-check';
import type { Person } from '#core/matching/compatibility.ts';
import { genders, searchModes, seniorities } from '#core/rules.ts';

const topics = ['jazz', 'Go', 'chess', 'tango', 'films', 'boxing', 'tea', 'rust'] as const;
const cells = ['u33dc', 'u336x', 'u334r', 'u1x0e', 'gcpvj', 'dr5ru', '2j800', 'rvc00'] as const;
const names = Array.from({ length: 40 }, (_, k) => `u${k}`);
const devices = Array.from({ length: 30 }, (_, k) => `d${k}`);

/** Any person at all, from so small a world that people often fit, know each other, or share a device. */
export const anybody: fc.Arbitrary<Person> = fc.record({
  userId: fc.constantFrom(...names),
  deviceId: fc.constantFrom(...devices),
  version: fc.nat(9),
  guard: fc.nat(9),
  mode: fc.constantFrom(...searchModes),
  age: fc.integer({ min: 16, max: 80 }),
  gender: fc.constantFrom(...genders),
  genders: fc.oneof({ weight: 2, arbitrary: fc.constant([]) }, fc.subarray([...genders])),
  minAge: fc.integer({ min: 16, max: 30 }),
  maxAge: fc.integer({ min: 25, max: 90 }),
  cell: fc.option(fc.constantFrom(...cells)),
  maxDistanceKm: fc.option(fc.constantFrom(5, 50, 500, 20_000), { freq: 1 }),
  interests: fc.subarray([...topics]),
  preferredInterests: fc.subarray([...topics]),
  seniority: fc.option(fc.constantFrom(...seniorities)),
  personality: fc.integer({ min: 0, max: 100 }),
  personalityWeight: fc.constantFrom(0, 0, 0.3, 1),
  priority: fc.constantFrom(0, 0, 5, 10),
  waitingSinceMs: fc.integer({ min: 0, max: 60_000 }),
  cooldownUntilMs: fc.constantFrom(0, 0, 0, 59_000, 61_000),
  avoid: fc
    .subarray([...names, ...devices], { maxLength: 6 })
    .map((list): ReadonlySet<string> => new Set(list)),
});

/** A pool of them: an account waits once. */
export const anyPool: fc.Arbitrary<Person[]> = fc.uniqueArray(anybody, {
  selector: (person) => person.userId,
  maxLength: 40,
});
