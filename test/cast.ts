import { expect } from 'chai';
import { clock } from '#core/clock.ts';
import type { Journey } from '#core/journey/advance.ts';
import type { State } from '#core/journey/journey.ts';
import { markPublished } from '#core/views/publish.ts';
import { ringAll } from '#core/polling/holders.ts';
import { settings } from '#core/settings.ts';
import { newId } from '#core/ids.ts';
import type { Opened } from '#core/matching/commit.ts';
import { lead } from '#core/matching/lease.ts';
import { pools } from '#core/pools.ts';
import { newWaitingPool, type WaitingPool } from '#core/matching/waitingPool.ts';
import { wave } from '#core/matching/wave.ts';
import type { Participant, Round } from '#core/store/round.ts';
import type { SearchMode } from '#core/rules.ts';
import { sweep } from '#core/sweeper.ts';
import { effectsLeft } from '#core/transaction.ts';
import { sql } from '#db/postgres.ts';
import { among } from './draw.ts';
import { onEnd } from './end.ts';
import { checkInvariants, closeInvariants } from './invariants.ts';
import { heldAreRead, person, type Player } from './player.ts';

export {
  person,
  signedInOn,
  refusal,
  Refused,
  heldAreRead,
  type Held,
  type Player,
  type Visit,
} from './player.ts';
export { emptyRedis } from './reset.ts';

/*
 * The words in which stories are told: people who do what a client does, over the real API, and the house's own
 * clockwork, a wave or a sweep, which happens when the story says so. Nothing runs by itself.
 */

const matchmaker = newId();

/**
 * The matchmaker makes one wave.
 * @param pool what it remembers from its wave before; a new one reads everybody
 */
export async function runWave(pool: WaitingPool = newWaitingPool(pools[0])): Promise<Opened[]> {
  clock.advance(1); // what happens later has a later instant, even where the clock stands still
  const fence = await lead(pool.name, matchmaker);
  if (fence === null) throw new Error('Somebody else leads the pool');
  await markPublished(); // what writes down which views are out would lock a row, and a wave skips it
  return (await wave(pool, fence)).opened;
}

/**
 * Lets time pass, a second at a time: requests that are held look again, `polling` people poll (saying what they
 * have seen), and the sweeper sweeps. What all this really takes is part of the time.
 */
export async function passTime(
  seconds: number,
  { polling = [], sweeping = true }: { polling?: readonly Player[]; sweeping?: boolean } = {},
): Promise<void> {
  const from = clock.ms();
  for (let passed = 1; passed < seconds + 1; passed += 1) {
    clock.advance(Math.max(0, from + Math.min(passed, seconds) * 1000 - clock.ms()));
    ringAll();
    await heldAreRead();
    await Promise.all(polling.map((one) => one.poll()));
    if (sweeping) await sweep();
  }
}

/** Two people who wait: given ones, or new ones. */
export async function waiting(...given: Player[]): Promise<[Player, Player]> {
  const [ann = await person({ display_name: 'Ann' }), bob = await person({ display_name: 'Bob' })] = given;
  await sweep(); // the house is awake: its record of who was seen when has begun
  await ann.start({ mode });
  await bob.start({ mode });
  return [ann, bob];
}

/** What people of the cast look for. */
let mode: SearchMode = 'both';

/** Call it in a `describe` whose stories are the same on video and in text: each test draws which of the two it is. */
export function drawsMode(): void {
  beforeEach(() => (mode = among(['video', 'text'] as const)));
  afterEach(() => (mode = 'both'));
}

/** Two who have met before and are in a round once more, CONNECTING or IN_CALL; with the id of their first round. */
export async function together(again: typeof talking): Promise<[first: string, ann: Player, bob: Player]> {
  const [ann, bob] = await talking();
  const first = ann.round;
  await ann.skip();
  for (const one of [ann, bob]) await one.stop();
  await again(ann, bob);
  return [first, ann, bob];
}

/** Two people who have been paired; neither knows of it yet. */
export async function paired(...given: Player[]): Promise<[Player, Player]> {
  const [ann, bob] = await waiting(...given);
  const opened = await runWave();
  const ours = opened.find((round) => [round.user1_id, round.user2_id].includes(ann.id));
  expect([ours?.user1_id, ours?.user2_id]).to.have.members([ann.id, bob.id]);
  for (const one of [ann, bob]) one.round = ours?.round_id ?? '';
  return [ann, bob];
}

/** Two people who have been paired and told: CONNECTING. */
export async function connecting(...given: Player[]): Promise<[Player, Player]> {
  const [ann, bob] = await paired(...given);
  await Promise.all([ann.poll(), bob.poll()]);
  return [ann, bob];
}

/** Two people who have both joined, and know it: IN_CALL. */
export async function talking(...given: Player[]): Promise<[Player, Player]> {
  const [ann, bob] = await connecting(...given);
  await ann.join();
  await bob.join();
  await Promise.all([ann.poll(), bob.poll()]);
  return [ann, bob];
}

/** Two people whose round the clock has ended, and who know it: DECIDING. */
export async function deciding(...given: Player[]): Promise<[Player, Player]> {
  const [ann, bob] = await talking(...given);
  clock.advance(settings.roundSeconds * 1000);
  await sweep();
  await Promise.all([ann.poll(), bob.poll()]);
  return [ann, bob];
}

/** Two people, the first of whom is in this state, as far as it takes a second one to be there. */
export async function placed(state: State | 'paused'): Promise<[Player, Player]> {
  if (state === 'CONNECTING') return connecting();
  if (state === 'IN_CALL') return talking();
  if (state === 'DECIDING') return deciding();
  const [ann, bob] = state === 'DISCONNECTING' ? await talking() : [await person(), await person()];
  if (state === 'DISCONNECTING') await bob.skip();
  if (state === 'WAITING' || state === 'paused') await ann.start();
  if (state === 'paused') await ann.pause();
  return [ann, bob];
}

/** Where somebody is, as Postgres says. */
export async function journeyOf({ id }: Player): Promise<Omit<Journey, 'events'> & { guard: number }> {
  const [row] = await sql<Omit<Journey, 'events'> & { guard: number }>(
    'SELECT * FROM journeys WHERE user_id = $1',
    [id],
  );
  if (!row) throw new Error('No such journey');
  return row;
}

/** The states of these people, as Postgres says. */
export const statesOf = async (...people: Player[]): Promise<string[]> =>
  Promise.all(people.map(async (one) => (await journeyOf(one)).state));

/** The steps that somebody has taken, in order. */
export async function stepsOf({ id }: Player): Promise<string[]> {
  const rows = await sql<{ event: string }>(
    'SELECT event FROM journey_events WHERE user_id = $1 ORDER BY version',
    [id],
  );
  return rows.map((row) => row.event);
}

/** The round of which somebody heard last, with its two participants, as Postgres says. */
export async function roundOf({ round }: Player): Promise<Round & { participants: Participant[] }> {
  const [row] = await sql<Round>('SELECT * FROM rounds WHERE id = $1', [round]);
  if (!row) throw new Error('No such round');
  const participants = await sql<Participant>(
    'SELECT * FROM round_participants WHERE round_id = $1 ORDER BY user_id',
    [round],
  );
  return { ...row, participants };
}

/** Call it in a `describe`: a clock that nobody but the story moves, and nothing broken at the end of it. */
export function isAStory(): void {
  beforeEach(() => clock.stop());
  afterEach(nothingIsBroken);
}

/** Call it in an `afterEach`: whatever the story was, nothing that must hold was broken by it. */
export async function nothingIsBroken(): Promise<void> {
  await effectsLeft();
  const house = {
    databaseUrl: settings.databaseUrl,
    redisUrl: settings.redisUrl,
    redisPrefix: settings.redisPrefix,
  };
  const broken = await checkInvariants(house, {
    nowMs: clock.ms(),
    quiet: true,
    roundSeconds: settings.roundSeconds,
  });
  expect(broken).to.deep.equal([]);
}
onEnd(closeInvariants);
