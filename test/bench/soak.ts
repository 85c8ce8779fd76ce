import { setTimeout as sleep } from 'node:timers/promises';
import { apiFile, openHouse, workerFile } from './house.ts';
import { generator, perform, portOf } from './loadControl.ts';
import type { Done } from './loadGenerator.ts';
import { background, measured } from './process.ts';
import { median, print, round, save } from './table.ts';

/** Whether memory stays where it is while people hold and date for half an hour (SOAK_MINUTES says otherwise). */
export const soak = {
  name: 'soak',
  describes: 'half an hour of holding and dating: the memory of API and worker, minute by minute',
  run,
};

const held = 1_000;
const walkers = 40;
const everyMs = 5_000;
/** While caches fill and code is compiled, memory grows; from the first third on it must not. */
const mostGrowthShare = 0.1;

async function run(): Promise<void> {
  const minutes = Number(process.env.SOAK_MINUTES ?? 30);
  process.env.SKIP_COOLDOWNS = '1000000:1'; // people who date here do nothing but skip
  const close = await openHouse();
  const crowd = await import('./crowd.ts');
  const api = await measured(apiFile, {});
  const worker = background(workerFile, {});
  const [holder, asker] = [generator(), generator()];
  const samples: { minute: number; apiMb: number; workerMb: number }[] = [];
  let walked: Done;
  try {
    await sleep(3_000); // the worker takes the lead
    const everybody = await crowd.peopleAtHome(walkers * 3);
    const dating = everybody.filter((_, index) => index % 3 === 2);
    await perform(holder, { do: 'hold', port: portOf(api), waiters: await crowd.fillPool(held) });
    const beganMs = performance.now();
    const sampling = setInterval(() => {
      const minute = (performance.now() - beganMs) / 60_000;
      samples.push({ minute, apiMb: api.memory() / 2 ** 20, workerMb: worker.memory() / 2 ** 20 });
    }, everyMs);
    walked = await perform(asker, {
      ...{ do: 'walk', port: portOf(api), walkers: dating, seconds: minutes * 60 },
    });
    clearInterval(sampling);
  } finally {
    for (const one of [holder, asker]) one.kill();
    await Promise.all([api.stop(), worker.stop()]);
    await close();
  }
  const third = (at: number, figure: 'apiMb' | 'workerMb') =>
    round(
      median(
        samples.slice((at * samples.length) / 3, ((at + 1) * samples.length) / 3).map((one) => one[figure]),
      ),
    );
  const rows = (['apiMb', 'workerMb'] as const).map((figure) => ({
    process: figure === 'apiMb' ? 'API' : 'worker',
    'MB, first third': third(0, figure),
    'second third': third(1, figure),
    'last third': third(2, figure),
  }));
  print(rows);
  console.log(
    `${walked.asked} requests of people who date, ${walked.failed} dates that went wrong`,
    walked.reasons,
  );
  save('soak', { minutes, held, walkers, asked: walked.asked, failed: walked.failed, rows, samples });
  for (const row of rows)
    if (row['last third'] > row['second third'] * (1 + mostGrowthShare))
      throw new Error(`The memory of the ${row.process} grows`);
}
