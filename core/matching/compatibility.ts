import {
  type Gender,
  type RoundMode,
  type SearchMode,
  type Seniority,
  rules,
  seniorities,
} from '#core/rules.ts';
import { closeness, placeOf, squaredChord, squaredChordOf } from './geo.ts';
import { type Rarity, topicKey, topicKeys, topicWeight } from './rarity.ts';

/** One waiting person as the pool holds them. */
export interface Person {
  userId: string;
  deviceId: string;
  version: number;
  /** Grows when a pairing decided before must not stand, without the person seeing anything of it. */
  guard: number;
  mode: SearchMode;
  /** Years. */
  age: number;
  gender: Gender;
  /** Whom they want to meet; empty: everybody. */
  genders: readonly Gender[];
  minAge: number;
  maxAge: number;
  /** Geohash of five characters, about 5 km; null: unknown. */
  cell: string | null;
  maxDistanceKm: number | null;
  interests: readonly string[];
  preferredInterests: readonly string[];
  seniority: Seniority | null;
  /** 0–100: smoothed mean of the ratings that partners gave; 50: unknown. */
  personality: number;
  /** 0–1. */
  personalityWeight: number;
  /** 0–10: points for rounds that failed through no fault of their own (people.ts). */
  priority: number;
  waitingSinceMs: number;
  cooldownUntilMs: number;
  /** User and device ids that this person must not meet (blocks, exclusions, coolings). Either side's set forbids. */
  avoid: ReadonlySet<string>;
}

export interface Compatibility {
  /** 0–100: the sum of the parts. */
  score: number;
  parts: { interests: number; location: number; age: number; priority: number; personality: number };
  /** What they share or one asked for, rarest first. */
  topics: string[];
  mode: RoundMode;
}

/**
 * How well two people fit, or null if they must not meet: a hard filter of either side, never relaxed.
 * Symmetric. Knows nothing of time: cooldowns and waiting belong to pairing.ts.
 * @returns score and parts in points, to a tenth; with `personalityWeight` w (the mean of both) the parts
 *   of the profile shrink to 1 − w, and w of the mean personality takes their place
 */
export function compatibility(a: Person, b: Person, rarity: Rarity): Compatibility | null {
  const mode = commonMode(a.mode, b.mode);
  if (mode === null || !mayMeet(a, b)) return null;
  const topics = commonTopics(a, b, rarity);
  const weight = (a.personalityWeight + b.personalityWeight) / 2;
  const profile = 1 - weight;
  const parts = {
    interests: tenth(
      profile *
        interestPoints(
          topics.reduce((weight, topic) => weight + topic.weight, 0),
          seniorityLikeness(levelOf(a.seniority), levelOf(b.seniority)),
        ),
    ),
    location: tenth(profile * locationPoints(chordBetween(a, b))),
    age: tenth(profile * agePoints(a.age, b.age)),
    priority: tenth(profile * priorityPoints(a.priority, b.priority)),
    personality: tenth(weight * ((a.personality + b.personality) / 2)),
  };
  const sum = parts.interests + parts.location + parts.age + parts.priority + parts.personality;
  const score = Math.min(100, tenth(sum));
  return { score, parts, topics: topics.map((t) => t.name), mode };
}

/** The mode of a round between two searches, or null. Two who take both get video. */
export function commonMode(a: SearchMode, b: SearchMode): RoundMode | null {
  if (a === 'both') return b === 'both' ? 'video' : b;
  return b === 'both' || a === b ? a : null;
}

function mayMeet(a: Person, b: Person): boolean {
  if (a.userId === b.userId || a.deviceId === b.deviceId) return false;
  if (avoids(a, b) || avoids(b, a)) return false;
  return accepts(a, b) && accepts(b, a);
}

/** Either account or device of b is on the list of a. */
export function avoids(a: Person, b: Person): boolean {
  return a.avoid.has(b.userId) || a.avoid.has(b.deviceId);
}

function accepts(a: Person, b: Person): boolean {
  if (b.age < rules.adultYears || b.age < a.minAge || b.age > a.maxAge) return false;
  if (a.genders.length > 0 && !a.genders.includes(b.gender)) return false;
  if (a.maxDistanceKm === null) return true;
  // A limit that cannot be measured, because either place is unknown, is not kept: forbidden.
  return chordBetween(a, b) <= squaredChordOf(a.maxDistanceKm);
}

/** NaN, of which no comparison holds, if either place is unknown. */
function chordBetween(a: Person, b: Person): number {
  const [here, there] = [placeOf(a.cell), placeOf(b.cell)];
  return here && there ? squaredChord(here, there) : NaN;
}

interface Topic {
  name: string;
  weight: number;
}

function commonTopics(a: Person, b: Person, rarity: Rarity): Topic[] {
  const [mine, yours] = [topicKeys(a.interests), topicKeys(b.interests)];
  const [iWant, youWant] = [topicKeys(a.preferredInterests), topicKeys(b.preferredInterests)];
  const topics: Topic[] = [];
  for (const key of new Set([...mine, ...yours])) {
    let times = mine.has(key) && yours.has(key) ? 1 : 0;
    if (iWant.has(key) && yours.has(key)) times += rules.matching.wantedTopicWeight;
    if (youWant.has(key) && mine.has(key)) times += rules.matching.wantedTopicWeight;
    if (times === 0) continue;
    const weight = times * topicWeight(rarity.holders.get(key) ?? 0, rarity.people);
    topics.push({ name: spelling(key, a, b), weight });
  }
  return topics.sort((s, t) => t.weight - s.weight || (s.name < t.name ? -1 : 1));
}

/** The same for both sides, whichever is named first. */
function spelling(key: string, a: Person, b: Person): string {
  const spellings = [...a.interests, ...b.interests].filter((topic) => topicKey(topic) === key);
  return spellings.map((topic) => topic.trim()).sort()[0] ?? key;
}

/** 0–50: what the topics weigh, halving what is missing with each ordinary one, and likeness in seniority (0–1). */
export function interestPoints(topicsWeight: number, likeness: number): number {
  const topicPoints = rules.score.interests - rules.matching.seniorityPoints;
  return topicPoints * (1 - Math.exp(-Math.LN2 * topicsWeight)) + rules.matching.seniorityPoints * likeness;
}

/** 0–1: one for the same level, less with each step between. Levels by their place in `seniorities`; -1: unknown. */
export function seniorityLikeness(a: number, b: number): number {
  if (a < 0 || b < 0) return rules.matching.seniorityUnknown;
  return 1 - Math.abs(a - b) / (seniorities.length - 1);
}

/** The place of a level in `seniorities`; -1: unknown. */
export function levelOf(seniority: Seniority | null): number {
  return seniority === null ? -1 : seniorities.indexOf(seniority);
}

/** 0–20, by the squared chord between the cells; NaN: a place is unknown. */
export function locationPoints(chord2: number): number {
  return rules.score.location * (Number.isNaN(chord2) ? rules.matching.closenessUnknown : closeness(chord2));
}

/** 0–20, by the years between. */
export function agePoints(a: number, b: number): number {
  return rules.score.age * Math.max(0, 1 - Math.abs(a - b) / rules.matching.ageGapYears);
}

/** 0–10: the mean of both, so that priority decides who is paired when not all can be. */
export function priorityPoints(a: number, b: number): number {
  return Math.min(rules.score.priority, (a + b) / 2);
}

function tenth(points: number): number {
  return Math.round(points * 10) / 10;
}
