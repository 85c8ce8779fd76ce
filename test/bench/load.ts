import type { ChildProcess } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Waiter } from './crowd.ts';
import { apiFile, openHouse, workerFile } from './house.ts';
import { generator, loopLateness, perform, portOf } from './loadControl.ts';
import type { Done, Walker } from './loadGenerator.ts';
import { pageOf } from './loadReport.ts';
import { background, measured, type Measured } from './process.ts';
import { percentile, print, round, save } from './table.ts';

/** How much one API process, one worker and their servers carry on one machine, while people date. */
export const load = {
  name: 'load',
  describes: 'held and short polling, more and more of it, while people date; an HTML report',
  run,
};

const heldSteps = [1_000, 2_500, 5_000, 10_000, 15_000];
const pollSteps = [500, 1_000, 2_000, 3_000, 4_000, 6_000, 8_000];
const measureSeconds = 8;
const pollers = 2_000;
const walkers = 40;
/** Beyond this there is no point in going on. */
const enough = { p99Ms: 2_000, failedShare: 0.01 };

/** One step of a ramp, as the report shows it. */
export interface Step {
  kind: 'held' | 'polled';
  /** People held, or polls a second that were asked for. */
  offered: number;
  perSecond: number;
  failed: number;
  memoryMb: number;
  /** Shares of a core. */
  apiCpu: number;
  generatorCpu: number;
  /** p99 of how late the API's event loop was, ms. */
  loopMs: number;
  /** Why dates went wrong. */
  reasons: Record<string, number>;
  /** By endpoint: how often, and p50 and p99, ms. */
  endpoints: Record<string, { times: number; p50: number; p99: number }>;
}

async function run(): Promise<void> {
  process.env.SKIP_COOLDOWNS = '1000000:1'; // people who date here do nothing but skip
  const close = await openHouse();
  const crowd = await import('./crowd.ts');
  const api = await measured(apiFile, { DATABASE_POOL: '20' });
  const worker = background(workerFile, {});
  const [holder, asker] = [generator(), generator()];
  const steps: Step[] = [];
  try {
    await sleep(3_000); // the worker takes the lead
    const everybody = await crowd.peopleAtHome(walkers * 3);
    const dating = everybody.filter((_, index) => index % 3 === 2); // women, who look for women
    for (const count of heldSteps) {
      const waiters = await crowd.fillPool(count);
      const step = await heldStep(api, holder, asker, waiters, dating);
      steps.push(step);
      await perform(holder, { do: 'let go' });
      await crowd.emptyPool(waiters);
      print([rowOf(step)]);
      if (isEnough(step)) break;
    }
    const waiters = await crowd.fillPool(pollers, 3_600);
    for (const perSecond of pollSteps) {
      const step = await polledStep(api, holder, asker, waiters, dating, perSecond);
      steps.push(step);
      print([rowOf(step)]);
      if (isEnough(step)) break;
    }
  } finally {
    const { sql } = await import('#db/postgres.ts');
    const [row] = await sql<{ deadlocks: string }>(
      'SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()',
    );
    console.log(`${row?.deadlocks ?? '?'} deadlocks in PostgreSQL`);
    for (const one of [holder, asker]) one.kill();
    await Promise.all([api.stop(), worker.stop()]);
    await close();
  }
  save('load', { measureSeconds, steps });
  writeFileSync(path.join('bench', 'load.html'), pageOf(steps));
  console.log('bench/load.html');
}

async function heldStep(
  api: Measured,
  holder: ChildProcess,
  asker: ChildProcess,
  waiters: Waiter[],
  dating: Walker[],
): Promise<Step> {
  const { failed } = await perform(holder, { do: 'hold', port: portOf(api), waiters });
  await sleep(2_000);
  const walked = await whileMeasured(api, () =>
    perform(asker, { do: 'walk', port: portOf(api), walkers: dating, seconds: measureSeconds }),
  );
  return stepOf('held', waiters.length, walked, [walked.done], failed);
}

async function polledStep(
  api: Measured,
  holder: ChildProcess,
  asker: ChildProcess,
  waiters: Waiter[],
  dating: Walker[],
  perSecond: number,
): Promise<Step> {
  const port = portOf(api);
  let walk: Promise<Done> | undefined;
  const polled = await whileMeasured(api, () => {
    walk = perform(asker, { do: 'walk', port, walkers: dating, seconds: measureSeconds });
    return perform(holder, { do: 'poll', port, waiters, perSecond, seconds: measureSeconds });
  });
  return stepOf('polled', perSecond, polled, [polled.done, await walk!], 0);
}

interface MeasuredDone {
  done: Done;
  seconds: number;
  cpu: number;
  memory: number;
  loopMs: number;
}

async function whileMeasured(api: Measured, work: () => Promise<Done>): Promise<MeasuredDone> {
  await loopLateness(api); // reading it begins a new measurement
  const [fromMs, cpuMs] = [performance.now(), api.cpuMs()];
  const done = await work();
  const ms = performance.now() - fromMs;
  return {
    done,
    seconds: ms / 1000,
    cpu: (api.cpuMs() - cpuMs) / ms,
    memory: api.memory(),
    loopMs: await loopLateness(api),
  };
}

function stepOf(
  kind: Step['kind'],
  offered: number,
  { seconds, cpu, memory, loopMs }: MeasuredDone,
  all: readonly Done[],
  failedBefore: number,
): Step {
  const sum = (figure: (done: Done) => number) => all.reduce((total, done) => total + figure(done), 0);
  const took = all.flatMap((done) => Object.entries(done.tookMs));
  return {
    kind,
    offered,
    perSecond: round(sum((done) => done.asked - done.failed) / seconds),
    failed: failedBefore + sum((done) => done.failed),
    memoryMb: round(memory / 2 ** 20),
    apiCpu: round(cpu, 2),
    generatorCpu: round(Math.max(...all.map((done) => done.cpu)), 2),
    loopMs: round(loopMs),
    reasons: Object.assign({}, ...all.map((done) => done.reasons ?? {})) as Record<string, number>,
    endpoints: Object.fromEntries(
      took.map(([name, ms]) => [
        name,
        { times: ms.length, p50: round(percentile(ms, 0.5)), p99: round(percentile(ms, 0.99)) },
      ]),
    ),
  };
}

const worst = ({ endpoints }: Step): number =>
  Math.max(...Object.entries(endpoints).map(([name, { p99 }]) => (name.includes('held') ? 0 : p99)));

const isEnough = (step: Step): boolean =>
  worst(step) > enough.p99Ms || step.failed > step.offered * enough.failedShare * measureSeconds;

const rowOf = ({ endpoints, reasons, ...step }: Step) => ({
  ...step,
  'next-match p99': endpoints['GET next-match']?.p99,
  'start p99': endpoints['POST start']?.p99,
  'matched p50': endpoints['start → matched']?.p50,
  'matched p99': endpoints['start → matched']?.p99,
  reasons: JSON.stringify(reasons),
});
