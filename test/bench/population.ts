import { type Gender, seniorities } from '#core/rules.ts';
import type { Person } from '#core/matching/compatibility.ts';
import ngeohash from 'ngeohash';

/** How a population differs from the ordinary one. */
export interface Shape {
  seed?: number;
  /** Share of women among women and men; 0.5 is balanced. */
  women?: number;
  /** The first person's number, so that two populations can share a pool. */
  from?: number;
  waitingSinceMs?: number;
  /** How many earlier partners each avoids, drawn from the same population. */
  met?: number;
}

/**
 * A seeded population of `size` people, the same on every machine: thirty cities of Zipf's sizes, ages thick
 * in the twenties, two hundred interests with a long tail, one in ten open to everybody, a third with a
 * distance limit.
 */
export function population(size: number, shape: Shape = {}): Person[] {
  const random = generator(shape.seed ?? 1);
  const from = shape.from ?? 0;
  return Array.from({ length: size }, (_, k) => person(from + k, { from, size }, random, shape));
}

function person(number: number, among: { from: number; size: number }, random: Random, shape: Shape): Person {
  const gender = drawGender(random, shape.women ?? 0.5);
  const age = drawAge(random);
  const reach = 3 + Math.floor(random() * 10);
  const own = drawTopics(random, 3 + Math.floor(random() * 6));
  const met = Array.from({ length: shape.met ?? 0 }, () =>
    name(among.from + Math.floor(random() * among.size)),
  );
  return {
    userId: name(number),
    deviceId: `d${name(number)}`,
    version: 1,
    guard: 0,
    mode: pick(random, [
      'video',
      'video',
      'video',
      'video',
      'video',
      'video',
      'both',
      'both',
      'both',
      'text',
    ]),
    age,
    gender,
    genders: drawWish(random, gender),
    minAge: Math.max(18, age - reach - Math.floor(random() * 4)),
    maxAge: age + reach + Math.floor(random() * 4),
    cell: random() < 0.05 ? null : drawCell(random),
    maxDistanceKm: random() < 0.33 ? pick(random, [50, 100, 250, 500]) : null,
    interests: own,
    preferredInterests: random() < 0.5 ? drawTopics(random, 1 + Math.floor(random() * 3)) : [],
    seniority: random() < 0.2 ? null : pick(random, seniorities),
    personality: Math.max(0, Math.min(100, Math.round(50 + 12 * normal(random)))),
    personalityWeight: random() < 0.6 ? 0 : Math.round(random() * 5) / 10,
    priority: random() < 0.9 ? 0 : pick(random, [5, 10]),
    waitingSinceMs: shape.waitingSinceMs ?? 0,
    cooldownUntilMs: 0,
    avoid: new Set(met),
  };
}

export type Random = () => number;

/** mulberry32: a small generator whose whole state is its seed. @returns uniform numbers in [0, 1) */
export function generator(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

function name(number: number): string {
  return `u${String(number).padStart(7, '0')}`;
}

function pick<T>(random: Random, items: readonly T[]): T {
  return items[Math.floor(random() * items.length)]!;
}

/** Rank 0 is drawn most often, falling as 1 / (rank + offset). */
function zipf(random: Random, ranks: number, offset: number): number {
  return Math.min(ranks - 1, Math.floor(offset * ((1 + ranks / offset) ** random() - 1)));
}

function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

function drawGender(random: Random, women: number): Gender {
  const draw = random();
  if (draw < 0.03) return 'nonbinary';
  if (draw < 0.04) return 'other';
  return random() < women ? 'woman' : 'man';
}

function drawWish(random: Random, gender: Gender): readonly Gender[] {
  const draw = random();
  if (draw < 0.1 || gender === 'other') return [];
  if (gender === 'nonbinary') return draw < 0.6 ? [] : pick(random, [['woman'], ['man'], ['woman', 'man']]);
  const opposite: Gender = gender === 'woman' ? 'man' : 'woman';
  if (draw < 0.16) return [gender];
  return draw < 0.2 ? [gender, opposite] : draw < 0.24 ? [opposite, 'nonbinary'] : [opposite];
}

function drawAge(random: Random): number {
  return Math.min(75, Math.floor(18 + 4 * (random() + random()) + -9 * Math.log(1 - random() * 0.995)));
}

function drawTopics(random: Random, count: number): string[] {
  const topics = new Set<string>();
  while (topics.size < count) topics.add(`topic ${zipf(random, 200, 8)}`);
  return [...topics];
}

function drawCell(random: Random): string {
  const city = cities[zipf(random, cities.length, 3)]!;
  const at = [city.lat + 0.08 * normal(random), city.lon + 0.1 * normal(random)] as const;
  return ngeohash.encode(at[0], at[1], 5);
}

// Over an area the size of western Europe.
const cities = (() => {
  const random = generator(7);
  return Array.from({ length: 30 }, () => ({ lat: 42 + 12 * random(), lon: -5 + 20 * random() }));
})();
