import type { ChildProcess } from 'node:child_process';
import { setTimeout as settle } from 'node:timers/promises';
import type { Waiter } from './crowd.ts';
import { apiFile, openHouse } from './house.ts';
import { generator, monotonicMs, perform, portOf } from './loadControl.ts';
import { measured, type Measured } from './process.ts';
import { percentile, print, round, save } from './table.ts';

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
const herds = 5;

/** When the message of each person's last wake-up came out of Redis, ms by the monotonic clock. */
type Heard = Map<string, number>;

async function run(): Promise<void> {
  const close = await openHouse();
  const { emptyPool, fillPool } = await import('./crowd.ts');
  const { openRedis } = await import('#db/redis.ts');
  const { keys } = await import('#db/keys.ts');
  const heard: Heard = new Map();
  const subscriber = openRedis();
  subscriber.on('message', (_channel, message: string) => {
    const nowMs = monotonicMs();
    for (const entry of message.split(' ').slice(1)) heard.set(entry.split(':')[0] ?? '', nowMs);
  });
  await subscriber.subscribe(keys.wake());
  const rows: object[] = [];
  for (const count of [1_000, 5_000, 10_000]) {
    const waiters = await fillPool(count);
    const api = await measured(apiFile, {});
    const holder = generator();
    try {
      rows.push({ held: count, ...(await holdAll(api, holder, waiters, heard)) });
    } finally {
      holder.kill();
      await api.stop();
      await emptyPool(waiters);
    }
  }
  subscriber.disconnect();
  await close();
  print(rows);
  save('held', { quietMs, wakesPerSecond, rows });
}

async function holdAll(
  api: Measured,
  holder: ChildProcess,
  waiters: Waiter[],
  heard: Heard,
): Promise<object> {
  const port = portOf(api);
  await perform(holder, { do: 'poll', port, waiters, perSecond: 500, seconds: 2 }); // warms up
  const before = api.memory();
  const { failed } = await perform(holder, { do: 'hold', port, waiters });
  await settle(3_000);
  const memory = (api.memory() - before) / waiters.length;
  const cpuBefore = api.cpuMs();
  await settle(quietMs);
  const cpu = (api.cpuMs() - cpuBefore) / quietMs;

  await wakeSteadily(holder, waiters, heard); // warms up
  const latencies = await wakeSteadily(holder, waiters, heard);
  const herdsMs: number[] = [];
  for (let one = 0; waiters.length >= herd && one < herds; one += 1)
    herdsMs.push(Math.max(...(await woken(holder, heard, () => wake(waiters.slice(0, herd))))));
  return {
    'KB each': waiters.length < herd ? '' : round(memory / 1024), // less than the heap comes and goes by
    '% of a core': round(cpu * 100),
    'wake p50 ms': round(percentile(latencies, 0.5), 2),
    'wake p99 ms': round(percentile(latencies, 0.99), 2),
    wakes: latencies.length,
    [`${herd} at once ms`]: herdsMs.length === 0 ? '' : round(percentile(herdsMs, 0.5)),
    failed,
  };
}

/** Wakes two people at a time, as a match does; each is held again as soon as they have been answered. */
async function wakeSteadily(holder: ChildProcess, waiters: Waiter[], heard: Heard): Promise<number[]> {
  const latencies: number[] = [];
  for (let from = 0; from < wakesPerSecond * wakingSeconds; from += waiters.length) {
    const some = waiters.slice(0, wakesPerSecond * wakingSeconds - from);
    latencies.push(
      ...(await woken(holder, heard, async () => {
        const begunMs = monotonicMs();
        const all: Promise<void>[] = [];
        for (let at = 0; at < some.length; at += 2) {
          await settle(Math.max(0, begunMs + (at * 1000) / wakesPerSecond - monotonicMs()));
          all.push(wake(some.slice(at, at + 2)));
        }
        await Promise.all(all);
      })),
    );
  }
  return latencies;
}

/** How long after the message each of those woken was answered, at the client, ms. */
async function woken(holder: ChildProcess, heard: Heard, waking: () => Promise<void>): Promise<number[]> {
  await perform(holder, { do: 'tell' });
  heard.clear();
  await waking();
  await settle(1_500);
  const { answeredMs } = await perform(holder, { do: 'tell' });
  return [...heard].map(([userId, heardMs]) => (answeredMs?.[userId] ?? Infinity) - heardMs);
}

/** Gives these people a new version, as any change of theirs would, and publishes it. */
async function wake(woken: Waiter[]): Promise<void> {
  const { sql } = await import('#db/postgres.ts');
  const { publish } = await import('#core/views/publish.ts');
  const userIds = woken.map((waiter) => waiter.userId);
  await sql('UPDATE journeys SET version = version + 1 WHERE user_id = ANY($1::uuid[])', [userIds]);
  await publish(userIds);
}
