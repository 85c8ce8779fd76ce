import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { apiFile, openHouse, workerFile } from './house.ts';
import { generator, perform, portOf } from './loadControl.ts';
import type { Done } from './loadGenerator.ts';
import { background, measured, type Measured } from './process.ts';
import { median, print, round, save } from './table.ts';

/** Whether memory stays where it is while people hold and date for half an hour (SOAK_MINUTES says otherwise). */
export const soak = {
  name: 'soak',
  describes: 'half an hour of holding and dating: the memory of API and worker, minute by minute',
  run,
};

const held = 1_000;
const walkers = 40;
const sampleEveryMs = 15_000;
/** While caches fill and code is compiled, memory grows; from the first third on it must not. */
const mostGrowthShare = 0.1;
/** Of requests; what nobody could do has cost no memory either. */
const mostFailedShare = 0.01;

/** What a process takes, MB: what is left of its heap once all garbage is collected, and what is resident. */
interface Sample {
  minute: number;
  heap: number;
  resident: number;
}

async function run(): Promise<void> {
  const minutes = Number(process.env.SOAK_MINUTES ?? 30);
  process.env.SKIP_COOLDOWNS = '1000000:1'; // people who date here do nothing but skip
  const logs = mkdtempSync(path.join(tmpdir(), 'minuet-soak-'));
  const logOf = (name: string) => path.join(logs, name);
  const close = await openHouse();
  const crowd = await import('./crowd.ts');
  const api = await measured(apiFile, collectable(logOf('API')));
  const worker = background(workerFile, collectable(logOf('worker')));
  const [holder, asker] = [generator(), generator()];
  const watches: { name: string; samples: Sample[] }[] = [];
  let walked: Done;
  try {
    await sleep(3_000); // the worker takes the lead
    const everybody = await crowd.peopleAtHome(walkers * 3);
    const dating = everybody.filter((_, index) => index % 3 === 2);
    await perform(holder, { do: 'hold', port: portOf(api), waiters: await crowd.fillPool(held) });
    watches.push(watch('API', api, logOf('API')), watch('worker', worker, logOf('worker')));
    walked = await perform(asker, {
      ...{ do: 'walk', port: portOf(api), walkers: dating, seconds: minutes * 60 },
    });
  } finally {
    for (const one of [holder, asker]) one.kill();
    await Promise.all([api.stop(), worker.stop()]);
    await close();
    rmSync(logs, { recursive: true, force: true });
  }
  const rows = watches.map(({ name, samples }) => rowOf(name, samples));
  print(rows);
  console.log(
    `${walked.asked} requests of people who date, ${walked.failed} dates that went wrong`,
    walked.reasons,
  );
  save('soak', { minutes, held, walkers, asked: walked.asked, failed: walked.failed, rows, watches });
  if (walked.failed > walked.asked * mostFailedShare) throw new Error('Too many dates went wrong');
  for (const { name, samples } of watches)
    for (const figure of ['heap', 'resident'] as const)
      if (third(samples, 2, figure) > third(samples, 1, figure) * (1 + mostGrowthShare))
        throw new Error(`The memory of the ${name} grows (${figure})`);
}

const collectable = (log: string): NodeJS.ProcessEnv => ({
  NODE_OPTIONS: `--require ${path.join(import.meta.dirname, 'heap.cjs')}`,
  HEAP_LOG: log,
});

/** Looks at a process again and again, each time after it has collected its garbage, until it has ended. */
function watch(name: string, { pid, memory }: Omit<Measured, 'url'>, log: string) {
  const samples: Sample[] = [];
  const beganMs = performance.now();
  void (async () => {
    for (;;) {
      await sleep(sampleEveryMs, undefined, { ref: false });
      try {
        process.kill(pid, 'SIGUSR2');
        await sleep(1_000, undefined, { ref: false });
        const heap = Number(readFileSync(log, 'utf8').trimEnd().split('\n').at(-1)) / 2 ** 20;
        const minute = (performance.now() - beganMs) / 60_000;
        samples.push({ minute: round(minute, 2), heap: round(heap, 2), resident: round(memory() / 2 ** 20) });
      } catch {
        return; // it has ended
      }
    }
  })();
  return { name, samples };
}

function rowOf(name: string, samples: Sample[]) {
  const settled = samples.slice(samples.length / 3);
  return {
    process: name,
    'heap after GC, MB, by thirds': [0, 1, 2].map((at) => third(samples, at, 'heap')).join(' · '),
    'MB an hour, from the first third on': slopeOf(settled, 'heap'),
    'resident, MB, by thirds': [0, 1, 2].map((at) => third(samples, at, 'resident')).join(' · '),
  };
}

const third = (samples: readonly Sample[], at: number, figure: 'heap' | 'resident'): number =>
  round(
    median(
      samples.slice((at * samples.length) / 3, ((at + 1) * samples.length) / 3).map((one) => one[figure]),
    ),
  );

/** Of the line of least squares, an hour. */
function slopeOf(samples: readonly Sample[], figure: 'heap' | 'resident'): number {
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [x, y] = [mean(samples.map((one) => one.minute)), mean(samples.map((one) => one[figure]))];
  const covariance = mean(samples.map((one) => (one.minute - x) * (one[figure] - y)));
  return round((60 * covariance) / mean(samples.map((one) => (one.minute - x) ** 2)));
}
