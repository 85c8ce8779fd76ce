import path from 'node:path';
import autocannon from 'autocannon';
import { apiFile, openHouse } from './house.ts';
import { cpuMsOf, measured, type Measured } from './process.ts';
import { median, print, round, save } from './table.ts';
import type { Talker } from './crowd.ts';

const repeats = 5;
const seconds = 4;
const connections = 64;
const pollers = 500;

/** What a poll costs: ours beside its limit and its rivals, in one run, interleaved, medians. */
export const poll = {
  name: 'poll',
  describes: 'CPU of a poll: next-match and signals beside node:http, Express, the usual stack and the guide',
  run,
};

interface Contender {
  name: string;
  file: string;
  request: (person: Talker, index: number) => { path: string; token: string; origin?: string };
  env?: NodeJS.ProcessEnv;
}

const here = import.meta.dirname;
const elsewhere = 'https://elsewhere.example';
const nextMatch = (waiter: Talker) => ({
  path: `/api/continuous-matching/next-match?session_id=${waiter.sessionId}&seen=1`,
  token: waiter.token,
});

const contenders: Contender[] = [
  { name: 'hello', file: 'rivals/hello.ts', request: nextMatch },
  { name: 'by hand', file: 'rivals/byHand.ts', request: nextMatch },
  { name: 'ours', file: apiFile, request: nextMatch },
  {
    name: 'ours: signals',
    file: apiFile,
    request: ({ roundId, cursor, token }) => ({
      path: `/api/video/signals/${roundId}?after=${cursor}&seen=2`,
      token,
    }),
  },
  {
    // Whoever asks from another origin takes the way of all other requests: every layer, each for itself.
    name: 'ours, through Express',
    file: apiFile,
    env: { CORS_ORIGINS: elsewhere },
    request: (waiter) => ({ ...nextMatch(waiter), origin: elsewhere }),
  },
  {
    name: 'bare express',
    file: 'rivals/bareExpress.ts',
    request: (waiter) => ({
      path: `/api/continuous-matching/next-match?user=${waiter.userId}`,
      token: waiter.token,
    }),
  },
  { name: 'usual stack', file: 'rivals/usual.ts', request: nextMatch },
  {
    name: 'guide',
    file: 'rivals/guide.ts',
    env: { GUIDE_SEED: '1' },
    request: (waiter, index) => ({
      path: `/api/continuous-matching/next-match?guide=session-${index + 1}`,
      token: waiter.token,
    }),
  },
];

interface Run {
  perSecond: number;
  cpuUs: number;
  redisUs: number;
  failed: number;
}

async function run(): Promise<void> {
  const close = await openHouse();
  const { fillPool, putInCalls } = await import('./crowd.ts');
  const { redis } = await import('#db/redis.ts');
  const { sql } = await import('#db/postgres.ts');
  const redisPid = Number(/process_id:(\d+)/.exec(await redis.info('server'))?.[1]);
  const talkers = await putInCalls(await fillPool(pollers, 3600), 3600);
  const waiters = (await fillPool(pollers, 3600)).map((waiter) => ({ ...waiter, roundId: '', cursor: '' }));
  const runs = new Map<string, Run[]>();

  const servers = new Map<Contender, Measured>();
  for (const contender of contenders) servers.set(contender, await start(contender));
  const measure = async (name: string, contender: Contender, server: Measured) => {
    if (name === 'guide') await sql(`UPDATE guide_sessions SET last_active = $1`, [new Date()]);
    const people = name === 'ours: signals' ? talkers : waiters;
    const result = await load(server, people.map(contender.request), redisPid);
    runs.set(name, [...(runs.get(name) ?? []), result]);
  };
  for (let repeat = 0; repeat <= repeats; repeat += 1) {
    if (repeat === 1) runs.clear(); // the first round warms up
    for (const [contender, server] of servers) await measure(contender.name, contender, server);
  }

  const [ours] = [...servers].filter(([contender]) => contender.name === 'ours');
  await fillPool(100_000 - pollers, 3600);
  for (let repeat = 0; ours && repeat < repeats; repeat += 1)
    await measure('ours, 100,000 in the pool', ...ours);
  for (const server of servers.values()) await server.stop();
  await close();
  report(runs);

  async function start(contender: Contender): Promise<Measured> {
    return measured(path.resolve(here, contender.file), {
      ...contender.env,
      LOG_LEVEL: 'info',
      RATE_LIMIT_FACTOR: '1000',
    });
  }
}

async function load(
  server: Measured,
  requests: ReturnType<Contender['request']>[],
  redisPid: number,
): Promise<Run> {
  const before = { cpu: server.cpuMs(), redis: cpuMsOf(redisPid) };
  const result = await autocannon({
    url: server.url,
    connections,
    duration: seconds,
    requests: requests.map(({ path: target, token, origin }) => ({
      method: 'GET',
      path: target,
      headers: { authorization: `Bearer ${token}`, ...(origin && { origin }) },
    })),
  });
  const done = result.requests.total;
  return {
    perSecond: done / result.duration,
    cpuUs: ((server.cpuMs() - before.cpu) * 1000) / done,
    redisUs: ((cpuMsOf(redisPid) - before.redis) * 1000) / done,
    failed: result.non2xx + result.errors,
  };
}

function report(runs: Map<string, Run[]>): void {
  const of = (name: string, figure: keyof Run) => median((runs.get(name) ?? []).map((one) => one[figure]));
  const rows = [...runs.keys()].map((name) => ({
    contender: name,
    'requests/s': Math.round(of(name, 'perSecond')),
    'CPU µs': round(of(name, 'cpuUs'), 1),
    'Redis µs': round(of(name, 'redisUs'), 1),
    'ours is faster by': round(of(name, 'cpuUs') / of('ours', 'cpuUs'), 2),
    failed: of(name, 'failed'),
  }));
  print(rows);
  save('poll', { connections, seconds, repeats, rows, runs: Object.fromEntries(runs) });
}
