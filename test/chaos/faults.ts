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
  'kill redis': ({ redis }, _, { lastsMs }) =>
    alone(redis, async () => {
      await redis.kill();
      await sleep(lastsMs);
      await redis.start();
    }),
  'freeze redis': ({ redis }, _, { lastsMs }) =>
    alone(redis, async () => {
      redis.freeze();
      await sleep(lastsMs);
      redis.thaw();
    }),
  'empty redis': ({ redis, emptyRedis }) => alone(redis, emptyRedis),
  'kill postgres': ({ postgres }, _, { lastsMs }) =>
    alone(postgres, async () => {
      await postgres.kill();
      await sleep(lastsMs);
      await postgres.start();
    }),
  'crash postgres': ({ postgres }) => alone(postgres, async () => postgres.crash()),
  'freeze postgres': ({ postgres }, _, { lastsMs }) =>
    alone(postgres, async () => {
      postgres.freeze();
      await sleep(lastsMs);
      postgres.thaw();
    }),
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

const busy = new WeakMap<object, Promise<unknown>>();

/** A server that takes long to come back is not broken anew before it has. */
async function alone(server: object, work: () => Promise<void>): Promise<undefined> {
  const done = Promise.resolve(busy.get(server)).then(work);
  busy.set(server, done);
  await done;
  return undefined;
}

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
