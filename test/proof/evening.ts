import { isDeepStrictEqual } from 'node:util';
import { clock } from '#core/clock.ts';
import { couples } from '#core/invariants/waiters.ts';
import { markPublished } from '#core/views/publish.ts';
import { pools } from '#core/pools.ts';
import { newWaitingPool } from '#core/matching/waitingPool.ts';
import { wave } from '#core/matching/wave.ts';
import { settings } from '#core/settings.ts';
import { sweep } from '#core/sweeper.ts';
import { keys } from '#db/keys.ts';
import { redis } from '#db/redis.ts';
import { checkInvariants, look } from '../invariants.ts';
import { judgeHistory, type Deed } from './history.ts';
import { Deadlock, interleave } from './interleave.ts';
import type { Script } from './script.ts';
import { begins } from './seams.ts';
import type { openStage } from './stage.ts';
import { verbs, type Evening } from './verbs.ts';

type Stage = Awaited<ReturnType<typeof openStage>>;

/** Broken invariants, with the order of steps in which they broke. */
export class Broken extends Error {
  readonly sentences: string[];

  constructor(sentences: string[], trace: readonly string[], deeds: readonly Deed[]) {
    const told = deeds.map(({ again: _, ...deed }) => JSON.stringify(deed).slice(0, 300));
    super([...sentences, '', ...trace, '', ...told].join('\n'));
    this.sentences = sentences;
  }
}

const here = {
  databaseUrl: settings.databaseUrl,
  redisUrl: settings.redisUrl,
  redisPrefix: settings.redisPrefix,
};

/**
 * Plays one evening and looks for what it has broken.
 * @returns how many steps were taken
 * @throws Broken
 */
export async function play(stage: Stage, script: Script): Promise<number> {
  const evening = await stage.set(script.place, script.people);
  let steps = 0;
  evening.step = () => steps;
  const lanes = script.lanes.map(({ who, does }) => {
    const me = evening.people[who % evening.people.length]!;
    const work = async () => {
      for (const { verb, n } of does) {
        await begins(verb);
        await verbs[verb](evening, me, n);
      }
    };
    return { name: me.name, work };
  });
  let trace: string[] = [];
  const holds = (sentences: string[]) => {
    if (sentences.length > 0) throw new Broken(sentences, trace, evening.deeds);
  };
  try {
    trace = await interleave(lanes, script.turns, stage.lockWaits, () => {
      steps += 1;
      clock.advance(1);
    });
  } catch (error) {
    if (error instanceof Deadlock) throw new Broken([error.message], error.trace, evening.deeds);
    throw error;
  }
  await comesToRest();
  const sight = await look(here);
  holds(await judgeHistory(sight, evening.deeds));
  holds(await checkInvariants(here, { nowMs: clock.ms(), quiet: true, skewSeconds: 0 }));
  holds(await repeatOne(evening, script.repeat));
  holds(await whoeverCanMeets(evening));
  if (script.repeat % everyFewth === 0) holds(await nobodyIsStuck());
  return steps;
}

/** A second later a sweeper has been here. */
async function comesToRest(): Promise<void> {
  clock.advance(1_001);
  await markPublished();
  await sweep();
  await markPublished();
}

/** Verbs that may be repeated at any time; a pause, say, is another pause. */
const repeatable = [
  'start',
  'stop',
  'join',
  'skip',
  'end',
  'decide',
  'flag',
  'block',
  'say',
  'send',
  'erase',
];

const takesBack = ['unblock', 'resume'];

/** Repeating what was acknowledged changes nothing, however late the repetition comes. */
async function repeatOne({ deeds }: Evening, which: number): Promise<string[]> {
  const candidates = deeds.filter(
    (deed) =>
      deed.answer !== undefined &&
      repeatable.includes(deed.did) &&
      !deeds.some(({ did, who, until }) => takesBack.includes(did) && who === deed.who && until > deed.from),
  );
  const deed = candidates[which % candidates.length];
  if (!deed?.again) return [];
  const before = await everything();
  await deed.again().catch(() => undefined);
  await markPublished();
  const after = await everything();
  const changed = Object.keys(before).filter((what) => !isDeepStrictEqual(before[what], after[what]));
  return changed.map(
    (what) => `A repeated ${deed.did} changed ${what}: ${JSON.stringify([before[what], after[what]])}`,
  );
}

/** All that people can notice. A repeated flag or block may void what the matchmaker has in mind. */
async function everything(): Promise<Record<string, unknown>> {
  const { sql } = await look(here);
  const [row] = await sql<{ all: Record<string, unknown> }>(everythingStatement, []);
  return row!.all;
}

const everythingStatement = `
  SELECT jsonb_build_object(
    'journeys', (SELECT jsonb_agg(to_jsonb(j) - 'guard' - 'published_version' - 'last_seen_at' ORDER BY user_id) FROM journeys j),
    'rounds', (SELECT jsonb_agg(to_jsonb(r) ORDER BY id) FROM rounds r),
    'seats', (SELECT jsonb_agg(to_jsonb(p) ORDER BY round_id, user_id) FROM round_participants p),
    'sessions', (SELECT jsonb_agg(to_jsonb(s) ORDER BY id) FROM sessions s),
    'decisions', (SELECT jsonb_agg(to_jsonb(d) ORDER BY round_id, user_id) FROM decisions d),
    'devices', (SELECT jsonb_agg(to_jsonb(d) ORDER BY id) FROM devices d),
    'blocks', (SELECT jsonb_agg(to_jsonb(b) ORDER BY id) FROM blocks b),
    'flags', (SELECT jsonb_agg(to_jsonb(f) - 'updated_at' ORDER BY id) FROM flags f),
    'lines', (SELECT jsonb_agg(to_jsonb(c) ORDER BY id) FROM chat_lines c),
    'apart', (SELECT count(*) FROM exclusions),
    'steps', (SELECT count(*) FROM journey_events)) AS all`;

/** Two waves later nobody waits who could meet somebody else who waits, if all of them are there. */
async function whoeverCanMeets({ people, fence }: Evening): Promise<string[]> {
  const sight = await look(here);
  const [pool] = pools;
  const present = people.flatMap(({ userId }) => [clock.ms(), userId]);
  await redis.zadd(keys.presence(pool), ...present);
  if ((await couples(sight, clock.ms())).length === 0) return [];
  for (let waves = 0; waves < 2; waves += 1) {
    clock.advance(1);
    await wave(newWaitingPool(pool), fence);
  }
  const left = await couples(sight, clock.ms());
  return left.map(({ a, b }) => `Two who could meet do not: ${a} and ${b}`);
}

/** It takes many sweeps. */
const everyFewth = 10;
const untilAllIsOver = [5, 15, 15, 180, 20, 10, 35, 35];

/** When nobody says anything any more, a sweeper alone brings everybody home within minutes. */
async function nobodyIsStuck(): Promise<string[]> {
  for (const seconds of untilAllIsOver) {
    clock.advance(seconds * 1000);
    await redis.hset(keys.watch(pools[0]), 'alive', clock.ms()); // it has been there all the time
    await sweep();
  }
  await markPublished();
  const { sql } = await look(here);
  const stuck = await sql<{ user_id: string; state: string }>(
    `SELECT user_id, state FROM journeys WHERE state <> 'IDLE'`,
    [],
  );
  return [
    ...stuck.map(({ user_id, state }) => `Somebody is stuck: ${user_id} in ${state}`),
    ...(await checkInvariants(here, { nowMs: clock.ms(), quiet: true, skewSeconds: 0 })),
  ];
}
