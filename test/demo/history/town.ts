import { sql } from '#db/postgres.ts';
import { settle } from '#core/decisions/settle.ts';
import { newId } from '#core/ids.ts';
import { acknowledge } from '#core/sessions/acknowledge.ts';
import type { State } from '#core/journey/journey.ts';
import { noteArrival } from '#core/views/presence.ts';
import type { Opened } from '#core/matching/commit.ts';
import { lead } from '#core/matching/lease.ts';
import { pools } from '#core/pools.ts';
import { endSession, startSession } from '#core/sessions/session.ts';
import { newWaitingPool } from '#core/matching/waitingPool.ts';
import { wave } from '#core/matching/wave.ts';
import { markPublished } from '#core/views/publish.ts';
import { Problem } from '#core/errors.ts';
import type { Random } from '../../bench/population.ts';
import type { Somebody } from './people.ts';
import type { Time } from './time.ts';

/** The town: its people, and what they have in common. */
export interface Town {
  people: Map<string, Somebody>;
  random: Random;
  time: Time;
  rounds: number;
  matches: number;
  waveAsked: boolean;
  /** What happens between two who have been paired. */
  meet: (town: Town, roundId: string, one: Somebody, other: Somebody) => void;
}

const [pool] = pools;
const matchmaker = newId();
const patienceMs = [120_000, 900_000] as const;
const lookAgainMs = 25_000;

/** Somebody comes and presses Start. Whoever may not is sorry, and goes. */
export async function comeIn(town: Town, one: Somebody): Promise<void> {
  if (one.session !== null) return;
  try {
    const { session_id } = await startSession(one, {
      ...{ mode: one.mode, min_age: 18, max_age: 120, genders: [], preferred_interests: [] },
      ...{ personality_weight: 0, max_distance_km: null },
    });
    one.session = session_id;
  } catch (error) {
    if (error instanceof Problem && error.code === 'restricted') return;
    throw error;
  }
  one.left = one.rounds;
  beInThePool(town, one);
}

/** Waits to be paired, but not for ever. */
function beInThePool(town: Town, one: Somebody): void {
  const { session } = one;
  askForWave(town, 300);
  town.time.after(between(town.random, ...patienceMs), async () => {
    if (one.session === session && (await stateOf(one)) === 'WAITING') await goHome(one);
  });
}

export async function goHome(one: Somebody): Promise<void> {
  if (one.session !== null) await endSession(one.userId, one.session);
  one.session = null;
}

/** After a round, once they know of its end: another one, or home. */
export function goOn(town: Town, one: Somebody, afterMs: number): void {
  town.time.after(afterMs, async () => {
    if (one.session === null) return;
    for (let times = 0; times < 5; times += 1) if (!(await acknowledge(one.userId, everything))) break;
    const state = await stateOf(one);
    if (state === 'IDLE') one.session = null;
    if (state !== 'WAITING') return;
    if (one.left <= 0) await goHome(one);
    else beInThePool(town, one);
  });
}

const everything = 2 ** 31 - 1;

/** The matchmaker makes a wave, and again while people wait who may come to like each other in time. */
function askForWave(town: Town, afterMs: number): void {
  if (town.waveAsked) return;
  town.waveAsked = true;
  town.time.after(afterMs, async () => {
    town.waveAsked = false;
    const waiting = await sql<{ user_id: string }>(`SELECT user_id FROM journeys WHERE state = 'WAITING'`);
    if (waiting.length < 2) return;
    for (const { user_id } of waiting) if (town.people.has(user_id)) await noteArrival(pool, user_id);
    const fence = await lead(pool, matchmaker);
    if (fence === null) throw new Error('Somebody else leads the pool: is Minuet running?');
    await markPublished(); // what writes down which views are out would lock a row, and a wave skips it
    const { opened } = await wave(newWaitingPool(pool), fence);
    meetInOrder(town, opened);
    askForWave(town, lookAgainMs);
  });
}

/** Ids are new in every run: what is drawn must not depend on their order. */
function meetInOrder(town: Town, opened: readonly Opened[]): void {
  const pairs = opened.map(({ round_id, user1_id, user2_id }) => {
    const people = [user1_id, user2_id].flatMap((id) => town.people.get(id) ?? []);
    const [one, other] = people.sort((a, b) => a.order - b.order);
    if (!one || !other) throw new Error('Somebody was paired who is not of this town');
    return { round_id, one, other };
  });
  for (const { round_id, one, other } of pairs.sort((a, b) => a.one.order - b.one.order)) {
    town.rounds += 1;
    one.left -= 1;
    other.left -= 1;
    town.meet(town, round_id, one, other);
  }
}

/** The window closes, and whoever has not voted goes on. */
export async function closeWindow(town: Town, roundId: string): Promise<void> {
  await settle(roundId);
  const [round] = await sql<{ mutual: boolean }>(
    'SELECT mutual_at IS NOT NULL AS mutual FROM rounds WHERE id = $1',
    [roundId],
  );
  if (round?.mutual) town.matches += 1;
}

async function stateOf({ userId }: Somebody): Promise<State | undefined> {
  const [row] = await sql<{ state: State }>('SELECT state FROM journeys WHERE user_id = $1', [userId]);
  return row?.state;
}

export const between = (random: Random, least: number, most: number): number =>
  least + random() * (most - least);

/** Whoever has a session open, or looks in without one. */
export async function showSigns({ people, random }: Town): Promise<void> {
  for (const one of people.values())
    if (one.session !== null || random() < 0.02) await noteArrival(pool, one.userId);
}
