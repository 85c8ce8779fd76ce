import type { Person } from '#core/matching/compatibility.ts';

let number = 0;

/** A person who could meet anybody like them: 30, open to everybody of any age, nothing else known. */
export function somebody(overrides: Partial<Person> = {}): Person {
  const name = `somebody-${++number}`;
  return {
    userId: name,
    deviceId: `device of ${name}`,
    version: 1,
    guard: 0,
    mode: 'video',
    age: 30,
    gender: 'woman',
    genders: [],
    minAge: 18,
    maxAge: 120,
    cell: null,
    maxDistanceKm: null,
    interests: [],
    preferredInterests: [],
    seniority: null,
    personality: 50,
    personalityWeight: 0,
    priority: 0,
    waitingSinceMs: 0,
    cooldownUntilMs: 0,
    avoid: new Set(),
    ...overrides,
  };
}
