/* eslint-disable @typescript-eslint/no-non-null-assertion -- every index is below a size that is kept here */
import { rules } from '#core/rules.ts';
import {
  type Person,
  agePoints,
  avoids,
  interestPoints,
  levelOf,
  locationPoints,
  priorityPoints,
  seniorityLikeness,
} from './compatibility.ts';
import { placeOf, squaredChordOf } from './geo.ts';
import { createTopics } from './topics.ts';
import type { Rarity } from './rarity.ts';

export interface Roster {
  add(person: Person): number;
  remove(slot: number): void;
  person(slot: number): Person;
  /** Tells apart those who have had the same slot: grows with each arrival. 0: no person. */
  ticket: (slot: number) => number;
  waitingSinceSeconds(slot: number): number;
  topicsOf(slot: number): readonly number[];
  /** The topics that the person holds or asks for, those first that few hold. */
  rarestFirst(slot: number): number[];
  /** One more than the highest slot. */
  size(): number;
  /** Weighs the topics anew, as given or as those present hold them. @returns what the weights rest on */
  weigh(rarity?: Rarity): Rarity;
  /** Chooses whom `score` compares with. */
  compare(slot: number): void;
  /**
   * What `compatibility` would score, to a rounding, for one of a group that fits; -1: forbidden.
   * Whom either avoids is asked apart, of `mayMeet`, because it costs more than all the rest.
   */
  score(other: number): number;
  mayMeet(a: number, b: number): boolean;
}

// A row is sixteen numbers beside each other: two cache lines for each candidate instead of one a column.
const stride = 16;
const [AGE, MIN, MAX, X, Y, Z, LIMIT, LEVEL, PERSONALITY, WEIGHT, PRIORITY, SINCE] = [
  0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11,
] as const;
// Topics of a row: how many are held, how many are asked for, then both: mostly one more cache line.
const topicStride = 2 + 2 * rules.interestsMost;

/** The people of a pool in rows of numbers, so that a candidate costs some 50 ns. */
export function createRoster(): Roster {
  const topics = createTopics();
  const people: (Person | undefined)[] = [];
  const tickets: number[] = [];
  const own: number[][] = [];
  const wanted: number[][] = [];
  const spare: number[] = [];
  let rows = new Float64Array(1024 * stride);
  let topicRows = new Int32Array(1024 * topicStride);
  let lastTicket = 0;
  let weights = topics.weights();

  // The person whom score() compares with.
  let compared: number[] = [];
  let [age, min, max, x, y, z, limit, level, personality, weight, priority] = [
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
  ];
  // What each topic is worth if the other holds it, and if the other asks for it.
  let worthHeld = new Float64Array(256);
  let worthAsked = new Float64Array(256);

  return {
    add(person) {
      const slot = spare.pop() ?? people.length;
      people[slot] = person;
      tickets[slot] = ++lastTicket;
      own[slot] = topics.take(person.interests, true);
      wanted[slot] = topics.take(person.preferredInterests, false);
      if (rows.length < (slot + 1) * stride) {
        rows = copied(rows, new Float64Array(2 * rows.length));
        topicRows = copied(topicRows, new Int32Array(2 * topicRows.length));
      }
      const [held, asked] = [
        own[slot].slice(0, rules.interestsMost),
        wanted[slot].slice(0, rules.interestsMost),
      ];
      topicRows.set([held.length, asked.length, ...held, ...asked], slot * topicStride);
      const place = placeOf(person.cell);
      const km = person.maxDistanceKm;
      rows.set(
        [
          person.age,
          Math.max(person.minAge, rules.adultYears),
          person.maxAge,
          place?.x ?? NaN,
          place?.y ?? NaN,
          place?.z ?? NaN,
          km === null ? Infinity : squaredChordOf(km),
          levelOf(person.seniority),
          person.personality,
          person.personalityWeight,
          person.priority,
          person.waitingSinceMs / 1000,
        ],
        slot * stride,
      );
      return slot;
    },
    remove(slot) {
      people[slot] = undefined;
      tickets[slot] = 0;
      topics.giveBack(own[slot] ?? [], true);
      topics.giveBack(wanted[slot] ?? [], false);
      spare.push(slot);
    },
    person(slot) {
      const person = people[slot];
      if (!person) throw new RangeError(`nobody in slot ${slot}`);
      return person;
    },
    ticket: (slot) => tickets[slot] ?? 0,
    waitingSinceSeconds: (slot) => rows[slot * stride + SINCE]!,
    topicsOf: (slot) => own[slot] ?? [],
    rarestFirst: (slot) =>
      [...new Set([...own[slot]!, ...wanted[slot]!])].sort((s, t) => weights[t]! - weights[s]!),
    size: () => people.length,
    weigh(rarity = topics.rarity()) {
      weights = topics.weights(rarity);
      return rarity;
    },
    compare,
    score,
    mayMeet(a, b) {
      const [p, q] = [people[a], people[b]];
      if (!p || !q || p.userId === q.userId || p.deviceId === q.deviceId) return false;
      return !avoids(p, q) && !avoids(q, p);
    },
  };

  function compare(slot: number) {
    forget(slot);
    const at = slot * stride;
    age = rows[at + AGE]!;
    min = rows[at + MIN]!;
    max = rows[at + MAX]!;
    x = rows[at + X]!;
    y = rows[at + Y]!;
    z = rows[at + Z]!;
    limit = rows[at + LIMIT]!;
    level = rows[at + LEVEL]!;
    personality = rows[at + PERSONALITY]!;
    weight = rows[at + WEIGHT]!;
    priority = rows[at + PRIORITY]!;
    if (worthHeld.length < weights.length) {
      worthHeld = new Float64Array(weights.length);
      worthAsked = new Float64Array(weights.length);
    }
    for (const topic of own[slot]!) {
      worthHeld[topic] = weights[topic]!;
      worthAsked[topic] = rules.matching.wantedTopicWeight * weights[topic]!;
    }
    for (const topic of wanted[slot]!)
      worthHeld[topic]! += rules.matching.wantedTopicWeight * weights[topic]!;
  }

  function forget(slot: number) {
    for (const topic of compared) worthHeld[topic] = worthAsked[topic] = 0;
    compared = [...own[slot]!, ...wanted[slot]!];
  }

  function score(other: number): number {
    const at = other * stride;
    const theirAge = rows[at + AGE]!;
    if (theirAge < min || theirAge > max || age < rows[at + MIN]! || age > rows[at + MAX]!) return -1;
    const dx = rows[at + X]! - x;
    const dy = rows[at + Y]! - y;
    const dz = rows[at + Z]! - z;
    const chord2 = dx * dx + dy * dy + dz * dz;
    const reach = Math.min(limit, rows[at + LIMIT]!);
    if (reach !== Infinity && !(chord2 <= reach)) return -1;
    let shared = 0;
    let t = other * topicStride + 2;
    for (const end = t + topicRows[t - 2]!; t < end; t++) shared += worthHeld[topicRows[t]!]!;
    for (const end = t + topicRows[other * topicStride + 1]!; t < end; t++)
      shared += worthAsked[topicRows[t]!]!;
    const blend = (weight + rows[at + WEIGHT]!) / 2;
    const profile =
      interestPoints(shared, seniorityLikeness(level, rows[at + LEVEL]!)) +
      locationPoints(chord2) +
      agePoints(age, theirAge) +
      priorityPoints(priority, rows[at + PRIORITY]!);
    return (1 - blend) * profile + (blend * (personality + rows[at + PERSONALITY]!)) / 2;
  }
}

function copied<T extends { set(from: T): void }>(from: T, into: T): T {
  into.set(from);
  return into;
}
