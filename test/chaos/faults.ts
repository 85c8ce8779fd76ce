import { setTimeout as sleep } from 'node:timers/promises';
import type { Balancer } from './balancer.ts';
import type { House } from './house.ts';
import type { Program } from './program.ts';
import type { Fault, Kind } from './schedule.ts';

type Inflict = (house: House, balancer: Balancer, fault: Fault) => Promise<string | undefined>;

/**
 * Lets a fault befall the house, and heals it.
 * @returns what exactly it befell, where that is only known now
 */
export const inflict: Record<Kind, Inflict> = {
  'kill api': ({ apis }, _, fault) => killed(apis[fault.which]!, fault),
  'freeze api': ({ apis }, _, fault) => frozen(apis[fault.which]!, fault),
  'roll api': ({ apis }, _, fault) => rolled(apis[fault.which]!),
  'kill worker': ({ workers }, _, fault) => killed(workers[fault.which]!, fault),
  'freeze worker': ({ workers }, _, fault) => frozen(workers[fault.which]!, fault),
  'roll worker': ({ workers }, _, fault) => rolled(workers[fault.which]!),
  'kill leader': ({ workers }, _, fault) => killed(leaderOf(workers), fault),
  'freeze leader': ({ workers }, _, fault) => frozen(leaderOf(workers), fault),
  'kill redis': async ({ redis }, _, { lastsMs }) => {
    await redis.kill();
    await sleep(lastsMs);
    await redis.start();
    return undefined;
  },
  'freeze redis': async ({ redis }, _, { lastsMs }) => {
    redis.freeze();
    await sleep(lastsMs);
    redis.thaw();
    return undefined;
  },
  'empty redis': async ({ emptyRedis }) => {
    await emptyRedis();
    return undefined;
  },
  'kill postgres': async ({ postgres }, _, { lastsMs }) => {
    await postgres.kill();
    await sleep(lastsMs);
    await postgres.start();
    return undefined;
  },
  'crash postgres': async ({ postgres }) => {
    postgres.crash();
    return undefined;
  },
  'freeze postgres': async ({ postgres }, _, { lastsMs }) => {
    postgres.freeze();
    await sleep(lastsMs);
    postgres.thaw();
    return undefined;
  },
  'reset connections': async (_, { resetAll }) => {
    resetAll();
    return undefined;
  },
  'cut answers': async (_, { trouble }, { lastsMs }) => {
    trouble.cut = 0.3;
    await sleep(lastsMs);
    trouble.cut = 0;
    return undefined;
  },
  'slow answers': async (_, { trouble }, { lastsMs }) => {
    trouble.slow = 0.3;
    await sleep(lastsMs);
    trouble.slow = 0;
    return undefined;
  },
};

/**
 * Until when a fault stops all pairing: of PostgreSQL or Redis while it lasts, of the worker that leads the pool until
 * another one does.
 * @returns says so once the fault is over; null: it stops no pairing
 */
export function stopOfPairing(
  { workers }: House,
  { kind, which }: Fault,
  fromMs: number,
): (untilMs: number) => number | null {
  if (['postgres', 'redis'].some((what) => kind.endsWith(what))) return (untilMs) => untilMs;
  const leads = kind.endsWith('leader') || (kind.endsWith('worker') && workers[which] === leaderOf(workers));
  return (untilMs) => (leads ? Math.min(untilMs, fromMs + takeoverMs) : null);
}

/** Within this time another worker leads. */
const takeoverMs = 2_000;

async function killed(program: Program, { lastsMs }: Fault): Promise<string> {
  await program.alone(async () => {
    await program.kill();
    await sleep(lastsMs);
    await program.start();
  });
  return program.name;
}

async function frozen(program: Program, { lastsMs }: Fault): Promise<string> {
  await program.alone(async () => {
    program.freeze();
    await sleep(lastsMs);
    program.thaw();
  });
  return program.name;
}

async function rolled(program: Program): Promise<string> {
  const tookMs = await program.alone(async () => {
    const stoppedMs = await program.stop();
    await program.start();
    return stoppedMs;
  });
  return `${program.name}, stopped in ${Math.round(tookMs)} ms`;
}

/** Which worker has led last, as its log says. */
function leaderOf(workers: readonly Program[]): Program {
  const fences = workers.map((worker) => {
    const lines = worker.log().matchAll(/"fence":"(\d+)".*leading the pool/g);
    return Math.max(0, ...[...lines].map(([, fence]) => Number(fence)));
  });
  return workers[fences.indexOf(Math.max(...fences))]!;
}
