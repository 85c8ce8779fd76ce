import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readContract, type Document, type Operation } from '../fuzz/contract.ts';
import type { Attack, Statuses } from './hostileAttacker.ts';
import type { Seen } from './hostileHonest.ts';
import { largestRequest, type Attacker } from './hostileRequests.ts';
import { apiFile, openHouse, workerFile } from './house.ts';
import { monotonicMs, portOf } from './loadControl.ts';
import { background, measured, type Measured } from './process.ts';
import { percentile, print, round, save } from './table.ts';

/** One account does the worst it may to each operation in turn, while honest people date. */
export const hostile = {
  name: 'hostile',
  describes:
    'each operation of the contract attacked by one account while 200 people date; fails when they notice',
  run,
};

/** HOSTILE_PEOPLE, HOSTILE_SECONDS (for each operation), HOSTILE_ONLY (part of `get /api/me`, say). */
const { HOSTILE_PEOPLE = '200', HOSTILE_SECONDS = '3', HOSTILE_ONLY = '' } = process.env;
const people = Number(HOSTILE_PEOPLE);
const seconds = Number(HOSTILE_SECONDS);
const quietSeconds = Math.max(8, seconds);

const bounds = { slower: 3, slowestFloorMs: 50, memoryMb: 100 };

interface Row {
  operation: string;
  /** How often each status was answered to the attacker. */
  statuses: string;
  'honest p99 ms': number;
  'API MB': number;
  'Redis MB': number;
  wrong: string;
  broken: string;
}

async function run(): Promise<void> {
  process.env.SKIP_COOLDOWNS = '1000000:1'; // people who date here do nothing but skip
  const close = await openHouse();
  const crowd = await import('./crowd.ts');
  const api = await measured(apiFile, { RATE_LIMIT_FACTOR: '1' });
  const worker = background(workerFile, { RATE_LIMIT_FACTOR: '1' });
  const [honest, attacker] = [child('hostileHonest.ts'), child('hostileAttacker.ts')];
  const rows: Row[] = [];
  try {
    await sleep(3_000); // the worker takes the lead
    const seen = watch(honest);
    const home = await crowd.peopleAtHome(people * 3);
    honest.send({ port: portOf(api), people: home.filter((_, index) => index % 3 === 1) }); // of one kind
    await sleep(8_000);

    const quiet = await during(api, seen, () => sleep(quietSeconds * 1000));
    const p99 = Math.max(bounds.slowestFloorMs, bounds.slower * quiet.p99);
    rows.push(rowOf('(quiet)', {}, quiet, Infinity));
    print(rows);
    const document = (await (await fetch(`${api.url}/api/openapi.json`)).json()) as Document;
    for (const operation of readContract(document).filter(({ name }) => name.includes(HOSTILE_ONLY))) {
      const row = await attacked(api, attacker, document, operation, seen, p99);
      rows.push(row);
      console.log(Object.values(row).join(' | '));
    }
  } finally {
    for (const one of [honest, attacker]) one.kill();
    await Promise.all([api.stop(), worker.stop()]);
    await close();
  }
  print(rows);
  save('hostile', { people, seconds, bounds, rows });
  const broken = rows.filter((row) => row.broken !== '').length;
  console.log(`${broken} of ${rows.length - 1} operations broke a bound`);
  if (broken > 0) process.exitCode = 1;
}

/** The attacker is new for each operation, and in a call with an accomplice. */
async function attacked(
  api: Measured,
  child: ChildProcess,
  document: Document,
  operation: Operation,
  seen: () => Seen[],
  p99: number,
): Promise<Row> {
  const crowd = await import('./crowd.ts');
  const [talker] = await crowd.putInCalls(await crowd.fillPool(2), 3600);
  if (!talker) throw new Error('There is no attacker');
  const request = largestRequest(document, operation, talker satisfies Attacker);
  let statuses: Statuses = {};
  const found = await during(api, seen, async () => {
    child.send({ port: portOf(api), request, seconds } satisfies Attack);
    [statuses] = (await once(child, 'message')) as [Statuses];
  });
  return rowOf(operation.name, statuses, found, p99);
}

interface Found {
  p99: number;
  apiMb: number;
  redisMb: number;
  wrong: Record<string, number>;
}

/** What honest people see, and how much memory grows, meanwhile and half a second longer. */
async function during(api: Measured, seen: () => Seen[], work: () => Promise<unknown>): Promise<Found> {
  seen();
  const [apiBefore, redisBefore, fromMs] = [api.memory(), await redisMemory(), monotonicMs()];
  let [apiMost, redisMost] = [apiBefore, redisBefore];
  const sampling = setInterval(() => {
    apiMost = Math.max(apiMost, api.memory());
    void redisMemory().then((now) => (redisMost = Math.max(redisMost, now)));
  }, 200);
  await work();
  await sleep(500);
  clearInterval(sampling);
  const all = seen().filter(({ atMs }) => atMs >= fromMs);
  const wrong: Record<string, number> = {};
  for (const one of all) if ('wrong' in one) wrong[one.wrong] = (wrong[one.wrong] ?? 0) + 1;
  return {
    p99: percentile(
      all.flatMap((one) => ('tookMs' in one ? [one.tookMs] : [])),
      0.99,
    ),
    apiMb: (apiMost - apiBefore) / 2 ** 20,
    redisMb: (redisMost - redisBefore) / 2 ** 20,
    wrong,
  };
}

function rowOf(name: string, statuses: Statuses, { p99, apiMb, redisMb, wrong }: Found, mostMs: number): Row {
  const failures = Object.keys(statuses).filter((status) => Number(status) >= 500 && status !== '503');
  const broken = [
    ...(p99 > mostMs ? [`p99 over ${round(mostMs)} ms`] : []),
    ...(apiMb > bounds.memoryMb ? ['API memory'] : []),
    ...(redisMb > bounds.memoryMb ? ['Redis memory'] : []),
    ...(mostMs < Infinity && Object.keys(wrong).length > 0 ? ['honest people noticed'] : []),
    ...(mostMs < Infinity && Object.keys(statuses).length === 0 ? ['the attacker was never answered'] : []),
    ...failures.map((status) => `answered ${status}`),
  ];
  return {
    operation: name,
    statuses: JSON.stringify(statuses),
    'honest p99 ms': round(p99),
    'API MB': round(apiMb),
    'Redis MB': round(redisMb),
    wrong: JSON.stringify(wrong),
    broken: broken.join(', '),
  };
}

async function redisMemory(): Promise<number> {
  const { redis } = await import('#db/redis.ts');
  return Number(/^used_memory:(\d+)/m.exec(await redis.info('memory'))?.[1] ?? 0);
}

/** Collects what the honest process tells. */
function watch(honest: ChildProcess): () => Seen[] {
  let seen: Seen[] = [];
  honest.on('message', (some: Seen[]) => seen.push(...some));
  return () => {
    const told = seen;
    seen = [];
    return told;
  };
}

const child = (file: string): ChildProcess =>
  fork(path.join(import.meta.dirname, file), { execArgv: ['--import', 'tsx'] });
