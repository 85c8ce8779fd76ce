import { rm, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { databaseAt, run as runSql } from '../database.ts';
import { casting, contend, type Casting, type Contender } from './commands/contender.ts';
import { givers, kinds, peopleFor, type Kind } from './commands/kinds.ts';
import { measure, type Run, type SharedServers } from './commands/measure.ts';
import type { Person } from './commands/people.ts';
import { migrate, versionBefore, type Checkout } from './commands/versionBefore.ts';
import { openHouse } from './house.ts';
import { requestText } from './loadLine.ts';
import { parentOf } from './process.ts';
import { median, print, round, save } from './table.ts';

/** What a command costs: ours, the version before, and the guide's Start and End, in one run, in turns, medians. */
export const commands = {
  name: 'commands',
  describes:
    'Start, join, skip, end, decide, flag, message at 1, 40 and 200 at once, beside the version before; --quick',
  run,
};

const levels = [1, 40, 200] as const;
type Level = (typeof levels)[number];

interface Size {
  repeats: number;
  mostSeconds: number;
  /** Commands in one run, by how many are under way at once. */
  commands: Record<Level, number>;
  /** Not measured: enough for V8 to have compiled the way of each command. */
  warmUp: number;
}

const sizes: Record<'whole' | 'quick', Size> = {
  whole: { repeats: 5, mostSeconds: 5, commands: { 1: 200, 40: 800, 200: 2000 }, warmUp: 400 },
  quick: { repeats: 1, mostSeconds: 3, commands: { 1: 50, 40: 200, 200: 600 }, warmUp: 100 },
};
const warmUpAtOnce = 40;
/** COMMANDS_ONLY=start,skip measures only these. */
const only = process.env.COMMANDS_ONLY?.split(',');
const measuredKinds = kinds.filter(({ name }) => only?.includes(name) ?? true);
const wished = { statements: 2, redisCommands: 3, p50Ms: 5, perSecond: 1500, timesBefore: 8 };

/** A version with those who make its people; the guide has none, and needs only a number. */
interface Entrant {
  contender: Contender;
  people?: Casting;
}

type Runs = Map<string, Run[]>;
const keyOf = (name: string, kind: string, level: number): string => `${name}, ${kind}, ${level}`;

async function run(): Promise<void> {
  const quick = process.argv.includes('--quick');
  const size = sizes[quick ? 'quick' : 'whole'];
  process.env.SKIP_COOLDOWNS = '1000000:1'; // people who date here do nothing but skip
  const close = await openHouse();
  const logs = await mkdtemp(path.join(tmpdir(), 'minuet-commands-'));
  const checkout = await versionBefore();
  const entrants: Entrant[] = [];
  const runs: Runs = new Map();
  try {
    const servers = await sharedServers();
    await enter(entrants, checkout, logs);
    const [{ token } = { token: '' }] = await entrants[0]!.people!.perform({
      ...{ do: 'make', scene: 'at home', count: 1 },
    });
    const once = async (entrant: Entrant, kind: Kind, level: number, count: number) => {
      if (!gives(entrant, kind)) return null;
      const result = await oneRun(entrant, servers, kind, {
        level,
        count,
        mostSeconds: size.mostSeconds,
        token,
      });
      const { perSecond, p50, refused } = result;
      console.log(
        `${kind.name}, ${level} at once, ${entrant.contender.name}: ${Math.round(perSecond)} a second, p50 ${round(p50)} ms`,
        Object.keys(refused).length > 0 ? refused : '',
      );
      return result;
    };
    for (const entrant of entrants) {
      for (const kind of measuredKinds) await once(entrant, kind, warmUpAtOnce, size.warmUp);
      await entrant.people?.perform({ do: 'analyse' }); // the plans that follow are for tables with rows in them
      for (const kind of measuredKinds) await once(entrant, kind, warmUpAtOnce, size.warmUp);
    }
    for (let repeat = 0; repeat < size.repeats; repeat += 1)
      for (const kind of measuredKinds)
        for (const level of levels)
          for (const entrant of repeat % 2 === 0 ? entrants : entrants.toReversed()) {
            const result = await once(entrant, kind, level, size.commands[level]);
            const key = keyOf(entrant.contender.name, kind.name, level);
            if (result) runs.set(key, [...(runs.get(key) ?? []), result]);
          }
    report(runs, entrants, size, quick);
  } finally {
    for (const { people } of entrants) people?.stop();
    await Promise.all(entrants.map(({ contender }) => contender.stop()));
    checkout?.remove();
    await rm(logs, { recursive: true, force: true });
    await dropBefore();
    await close();
  }
}

const gives = ({ people }: Entrant, { name }: Kind): boolean =>
  people !== undefined || name === 'start' || name === 'end';

const beforeUrl = (): string => {
  const url = process.env.DATABASE_URL!;
  return databaseAt(url, `${new URL(url).pathname.slice(1)}_before`);
};

async function dropBefore(): Promise<void> {
  const name = new URL(beforeUrl()).pathname.slice(1);
  await runSql(process.env.DATABASE_URL!, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
}

/** Starts every version, and leaves each frozen. */
async function enter(entrants: Entrant[], checkout: Checkout | null, logs: string): Promise<void> {
  const servers = { api: 'api/main.ts', worker: 'worker/main.ts' };
  const add = async (name: string, folder: string, files: typeof servers | { api: string }, env = {}) => {
    const contender = await contend(name, folder, files, env, logs);
    const entrant: Entrant = { contender };
    entrants.push(entrant);
    if ('worker' in files) entrant.people = await casting(folder, env);
    contender.freeze();
  };
  await add('ours', process.cwd(), servers);
  if (checkout) {
    await runSql(process.env.DATABASE_URL!, `CREATE DATABASE ${new URL(beforeUrl()).pathname.slice(1)}`);
    await migrate(checkout.folder, beforeUrl());
    const env = { DATABASE_URL: beforeUrl(), REDIS_PREFIX: `${process.env.REDIS_PREFIX}-before` };
    await add('the version before', checkout.folder, servers, env);
  }
  await add('the guide', process.cwd(), { api: 'test/bench/rivals/guideCommands.ts' });
}

async function sharedServers(): Promise<SharedServers> {
  const { redis } = await import('#db/redis.ts');
  const { sql } = await import('#db/postgres.ts');
  const [backend] = await sql<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  return {
    redisPid: Number(/process_id:(\d+)/.exec(await redis.info('server'))?.[1]),
    postmasterPid: parentOf(backend?.pid ?? 0),
    redisCalls: async () => {
      const calls = (await redis.info('commandstats')).matchAll(/:calls=(\d+)/g);
      return [...calls].reduce((sum, [, times]) => sum + Number(times), 0);
    },
  };
}

interface Cell {
  level: number;
  count: number;
  mostSeconds: number;
  /** For the guide, which knows its users by numbers. */
  token: string;
}

async function oneRun(
  { contender, people }: Entrant,
  servers: SharedServers,
  kind: Kind,
  { level, count, mostSeconds, token }: Cell,
): Promise<Run> {
  await contender.thaw();
  const present = await people?.perform({
    ...{ do: 'make', scene: kind.scene, count: peopleFor(kind, count, level) },
  });
  const requests = present ? requestsOf(kind, present, count) : await guideRequests(kind, count, token);
  const result = await measure(contender, servers, requests, level, mostSeconds);
  await people?.perform({ do: 'send home' });
  contender.freeze();
  return result;
}

function requestsOf(kind: Kind, present: readonly Person[], count: number): string[] {
  const from = givers(kind, present);
  return Array.from({ length: count }, (_, index) => kind.request(from[index % from.length]!, index));
}

async function guideRequests({ name }: Kind, count: number, token: string): Promise<string[]> {
  const { sql } = await import('#db/postgres.ts');
  await sql(`UPDATE guide_video_sessions SET status = 'active' WHERE status <> 'active'`);
  const wishes = { min_age: 18, max_age: 35, preferred_interests: ['Gaming'], personality_weight: 0.5 };
  return Array.from({ length: count }, (_, index) =>
    name === 'start'
      ? requestText('POST', `/api/continuous-matching/start?guide=${index}`, token, wishes)
      : requestText('POST', `/api/video/end-call/call-${index}`, token, {}),
  );
}

function report(runs: Runs, entrants: readonly Entrant[], size: Size, quick: boolean): void {
  const of = (name: string, kind: string, level: number, figure: Exclude<keyof Run, 'refused'>) =>
    median((runs.get(keyOf(name, kind, level)) ?? []).map((one) => one[figure]));
  const names = entrants.map(({ contender }) => contender.name);
  const rows = measuredKinds.flatMap(({ name: kind }) =>
    levels.flatMap((level) =>
      names
        .filter((name) => runs.has(keyOf(name, kind, level)))
        .map((name) => {
          const figure = (one: Exclude<keyof Run, 'refused'>) => of(name, kind, level, one);
          return {
            ...{ command: kind, 'at once': level, who: name, 'a second': Math.round(figure('perSecond')) },
            ...{ 'p50 ms': round(figure('p50'), 2), 'p99 ms': round(figure('p99'), 2) },
            ...{ 'API ms': round(figure('api'), 2), 'PostgreSQL ms': round(figure('postgres'), 2) },
            ...{ 'Redis ms': round(figure('redis'), 2), 'worker ms': round(figure('worker'), 2) },
            ...{ SQL: round(figure('statements'), 2), 'Redis commands': round(figure('commands'), 2) },
            'calls in Redis': round(figure('redisCalls'), 1),
            refused: refusedIn(runs.get(keyOf(name, kind, level)) ?? []),
          };
        }),
    ),
  );
  const wishes = measuredKinds.map(({ name: kind }) => {
    const ours = (level: Level, figure: Exclude<keyof Run, 'refused'>) => of('ours', kind, level, figure);
    const times = ours(200, 'perSecond') / of('the version before', kind, 200, 'perSecond');
    const holds = (value: number, isThere: boolean) => `${round(value, 2)} ${isThere ? 'yes' : 'NO'}`;
    return {
      command: kind,
      [`SQL <= ${wished.statements}`]: holds(
        ours(1, 'statements'),
        round(ours(1, 'statements')) <= wished.statements,
      ),
      [`Redis <= ${wished.redisCommands}`]: holds(
        ours(1, 'commands'),
        round(ours(1, 'commands')) <= wished.redisCommands,
      ),
      [`p50 <= ${wished.p50Ms} ms at 1`]: holds(ours(1, 'p50'), ours(1, 'p50') <= wished.p50Ms),
      [`>= ${wished.perSecond}/s at 200`]: holds(
        ours(200, 'perSecond'),
        ours(200, 'perSecond') >= wished.perSecond,
      ),
      [`>= ${wished.timesBefore} times before`]: holds(times, times >= wished.timesBefore),
    };
  });
  print(rows);
  print(wishes);
  save('commands', { quick, ...size, rows, wishes, runs: Object.fromEntries(runs) });
}

function refusedIn(runs: readonly Run[]): string {
  const times = new Map<string, number>();
  for (const { refused } of runs)
    for (const [status, count] of Object.entries(refused))
      times.set(status, (times.get(status) ?? 0) + count);
  return [...times].map(([status, count]) => `${status}: ${count}`).join(', ');
}
