import type { State } from '#core/journey/journey.ts';
import { genders, seniorities, type Gender } from '#core/rules.ts';
import type { CreateGuest, UpdateProfile } from '#core/wire/account.ts';
import type { NextMatchAnswer, StartBody } from '#core/wire/matching.ts';
import { generator, type Random } from '../bench/population.ts';
import type { Visit } from './ledger.ts';

/** One of the crowd: who they are, what they are like, and what they know of where they are. */
export interface Person {
  guest: CreateGuest & { display_name: string };
  more: UpdateProfile & { contact_handle: string };
  wishes: StartBody;
  /** A client that holds its requests, or a plain script that asks every so often and says nothing of what it saw. */
  held: boolean;
  everyMs: number;
  random: Random;

  token: string;
  refreshToken: string;
  tokenUntilMs: number;
  session: string | null;
  state: State;
  /** The newest `state_version` they know, and the one that a poll has shown them with all that belongs to it. */
  version: number;
  shown: number;
  /** What that poll said, until they have done something about it. */
  news: NextMatchAnswer | null;
  waitingMs: number;
  /** When the first of those polls was sent that have followed each other without a pause, and when the last was over. */
  askingMs: number;
  askedMs: number;
  /** When their present session began, ms. */
  begunMs: number;
  /** Nobody has been met since the session was started. */
  fresh: boolean;
  visits: Map<string, Visit>;
}

/**
 * Makes up a person, the same for the same seed and number. Their name is their own on this server, so that
 * it says who sat on the other side.
 */
export function makeUp(number: number, seed: number, run: string): Person {
  const random = generator(seed * 10_007 + number);
  const gender = draw(random, genderShares);
  const age = 18 + Math.floor(random() ** 2 * 42);
  const name = `${pick(random, names)} ${number + 1}/${run}`;
  const interests = some(random, topics, 2 + Math.floor(random() * 4));
  return {
    guest: {
      display_name: name,
      birth_date: `${new Date().getUTCFullYear() - age - 1}-${pick(random, ['01-15', '06-30', '12-31'])}`,
      gender,
      interests,
      ...(random() < 0.8 && { location: placeNear(random) }),
    },
    more: {
      contact_handle: `@${name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}`,
      bio: `I like ${interests.join(' and ')}.`,
      ...(random() < 0.6 && { seniority: pick(random, seniorities) }),
    },
    wishes: wishesOf(random, gender, age),
    held: random() < 0.75,
    everyMs: 2000 + random() * 1000,
    random,
    ...{ token: '', refreshToken: '', tokenUntilMs: 0, session: null, state: 'IDLE' },
    ...{ version: 0, shown: 0, news: null, waitingMs: 0, begunMs: 0, fresh: true, visits: new Map() },
    ...{ askingMs: 0, askedMs: 0 },
  };
}

function wishesOf(random: Random, gender: Gender, age: number): StartBody {
  return {
    mode: draw(random, { video: 60, both: 30, text: 10 }),
    genders: random() < 0.4 ? [] : draw(random, wanted[gender]).split(' ').map(genderNamed),
    min_age: Math.max(18, age - 25),
    max_age: age + 25,
    personality_weight: Math.round(random() * 10) / 10,
    ...(random() < 0.3 && { preferred_interests: some(random, topics, 2) }),
    ...(random() < 0.1 && { max_distance_km: 1000 }),
  };
}

const genderNamed = (name: string): Gender => genders.find((one) => one === name) ?? 'other';

export const pick = <T>(random: Random, list: readonly [T, ...T[]] | readonly T[]): T =>
  list[Math.floor(random() * list.length)]!;

/** Draws a name by its share. */
export function draw<Name extends string>(random: Random, shares: Readonly<Record<Name, number>>): Name {
  const all = Object.entries(shares) as [Name, number][];
  let left = random() * all.reduce((sum, [, share]) => sum + share, 0);
  return (all.find(([, share]) => (left -= share) < 0) ?? all[0]!)[0];
}

const some = <T>(random: Random, list: readonly T[], most: number): T[] => [
  ...new Set(Array.from({ length: most }, () => pick(random, list))),
];

function placeNear(random: Random): { latitude: number; longitude: number } {
  const [latitude, longitude] = pick(random, cities);
  return { latitude: latitude + random() * 0.2, longitude: longitude + random() * 0.2 };
}

const genderShares = { woman: 45, man: 45, nonbinary: 8, other: 2 } as const satisfies Record<Gender, number>;
const wanted: Record<Gender, Record<string, number>> = {
  woman: { man: 70, woman: 15, 'man woman nonbinary': 15 },
  man: { woman: 70, man: 15, 'man woman nonbinary': 15 },
  nonbinary: { 'woman nonbinary': 50, 'man nonbinary': 50 },
  other: { 'woman man nonbinary other': 100 },
};
const names =
  'Ada Ben Chi Dana Eli Fay Gus Hana Ivo Joy Kim Lev Mia Noa Oz Pia Quinn Rio Sam Tess Uli Vera Wim Yara Zoe'.split(
    ' ',
  );
const topics =
  'jazz climbing chess cooking sailing film poetry running astronomy gardening gaming pottery dance history birds'.split(
    ' ',
  );
const cities = [
  [52.5, 13.4],
  [48.1, 11.5],
  [53.5, 10],
  [50.9, 6.9],
  [47.3, 8.5],
] as const;
