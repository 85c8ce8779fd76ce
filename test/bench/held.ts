import { apiFile, openHouse } from './house.ts';
import { createClient, type Client } from './http.ts';
import { measured, type Measured } from './process.ts';
import { percentile, print, round, save } from './table.ts';
import type { Waiter } from './crowd.ts';

/** What it costs one API process to hold requests, and how soon they hear of news. */
export const held = {
  name: 'held',
  describes: '1,000, 5,000 and 10,000 held polls: memory each, CPU while holding, time to wake',
  run,
};

const quietMs = 10_000;
const wakesPerSecond = 500;
const wakingSeconds = 5;
const herd = 5_000;

/** The requests being held, and what to do when one is answered. */
interface Held {
  open: Map<string, (atMs: number) => void>;
  hold: (waiter: Waiter) => Promise<void>;
}

async function run(): Promise<void> {
  const close = await openHouse();
  const { emptyPool, fillPool } = await import('./crowd.ts');
  const rows: object[] = [];
  for (const count of [1_000, 5_000, 10_000]) {
    const waiters = await fillPool(count);
    const api = await measured(apiFile, {});
    const client = createClient(api.url);
    try {
      rows.push({ held: count, ...(await holdAll(api, client, waiters)) });
    } finally {
      client.close();
      await api.stop();
      await emptyPool(waiters);
    }
  }
  await close();
  print(rows);
  save('held', { quietMs, wakesPerSecond, rows });
}

async function holdAll(api: Measured, client: Client, waiters: Waiter[]): Promise<object> {
  const { openRedis } = await import('#db/redis.ts');
  const { keys } = await import('#db/keys.ts');
  const some = createHeld(client);
  await Promise.all(
    waiters.slice(0, 100).map((waiter) => client.call('GET', urlOf(waiter, 0, 1), waiter.token)),
  );
  await settle(2000);
  const before = api.memory();
  for (let from = 0; from < waiters.length; from += 200) {
    for (const waiter of waiters.slice(from, from + 200)) void some.hold(waiter);
    await settle(20);
  }
  await settle(3000);
  const memory = (api.memory() - before) / waiters.length;
  const cpuBefore = api.cpuMs();
  await settle(quietMs);
  const cpu = (api.cpuMs() - cpuBefore) / quietMs;

  const subscriber = openRedis();
  const heardMs = new Map<string, number>();
  subscriber.on('message', (_channel, message: string) => {
    const now = performance.now();
    for (const entry of message.split(' ').slice(1)) heardMs.set(entry.split(':')[0] ?? '', now);
  });
  await subscriber.subscribe(keys.wake());
  const latencies = await wakeSteadily(some, waiters, heardMs);
  const herdMs = waiters.length >= herd ? await wakeAtOnce(some, waiters.slice(0, herd), heardMs) : null;
  subscriber.disconnect();
  return {
    'KB each': round(memory / 1024),
    '% of a core': round(cpu * 100),
    'wake p50 ms': round(percentile(latencies, 0.5), 2),
    'wake p99 ms': round(percentile(latencies, 0.99), 2),
    wakes: latencies.length,
    [`${herd} at once ms`]: herdMs === null ? '' : round(herdMs),
  };
}

/** Wakes some at a time; each is held again as soon as it has been answered. */
async function wakeSteadily(some: Held, waiters: Waiter[], heardMs: Map<string, number>): Promise<number[]> {
  const latencies: number[] = [];
  const atOnce = wakesPerSecond / 20;
  for (let turn = 0; turn < wakingSeconds * 20; turn += 1) {
    const woken = Array.from(
      { length: atOnce },
      (_, index) => waiters[(turn * atOnce + index) % waiters.length]!,
    );
    const begun = performance.now();
    for (const waiter of woken)
      some.open.set(waiter.userId, (atMs) => latencies.push(atMs - (heardMs.get(waiter.userId) ?? NaN)));
    await wake(woken);
    await settle(Math.max(0, 50 - (performance.now() - begun)));
  }
  await settle(500);
  return latencies.filter((latency) => !Number.isNaN(latency));
}

async function wakeAtOnce(some: Held, woken: Waiter[], heardMs: Map<string, number>): Promise<number> {
  heardMs.clear();
  const answered: number[] = [];
  const all = new Promise<void>((resolve) => {
    for (const waiter of woken)
      some.open.set(waiter.userId, (atMs) => {
        answered.push(atMs);
        if (answered.length === woken.length) resolve();
      });
  });
  await wake(woken);
  await all;
  return Math.max(...answered) - Math.min(...heardMs.values());
}

/** Gives these people a new version, as any change of theirs would, and publishes it. */
async function wake(woken: Waiter[]): Promise<void> {
  const { sql } = await import('#db/postgres.ts');
  const { publish } = await import('#core/journey/publish.ts');
  const userIds = woken.map((waiter) => waiter.userId);
  await sql('UPDATE journeys SET version = version + 1 WHERE user_id = ANY($1::uuid[])', [userIds]);
  await publish(userIds);
}

function createHeld(client: Client): Held {
  const open: Held['open'] = new Map();
  const hold = async (waiter: Waiter, seen = 1): Promise<void> => {
    const { body } = await client.call<{ state_version: number }>(
      'GET',
      urlOf(waiter, 20, seen),
      waiter.token,
    );
    open.get(waiter.userId)?.(performance.now());
    open.delete(waiter.userId);
    void hold(waiter, body.state_version).catch(() => undefined); // the run is over
  };
  return { open, hold: (waiter) => hold(waiter).catch(() => undefined) };
}

const urlOf = (waiter: Waiter, wait: number, seen: number): string =>
  `/api/continuous-matching/next-match?session_id=${waiter.sessionId}&wait=${wait}&seen=${seen}`;

const settle = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
