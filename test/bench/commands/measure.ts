import { setTimeout as sleep } from 'node:timers/promises';
import { portOf } from '../loadControl.ts';
import { openLine } from '../loadLine.ts';
import { cpuMsOf, cpuMsOfFamily } from '../process.ts';
import { percentile } from '../table.ts';
import type { Contender } from './contender.ts';

/**
 * What one run of one command came to; CPU, statements and commands are for each operation. With one at a time, what the
 * processes use in the background is measured beforehand and taken off.
 */
export interface Run {
  perSecond: number;
  p50: number;
  p99: number;
  /** CPU of the four processes, ms. */
  api: number;
  postgres: number;
  redis: number;
  worker: number;
  /** Statements and commands that the API sent. */
  statements: number;
  commands: number;
  /** Calls that Redis counted, those within scripts and of the worker included. */
  redisCalls: number;
  /** Answers other than 2xx, by status. */
  refused: Record<string, number>;
}

/** The servers that all contenders share. */
export interface SharedServers {
  redisPid: number;
  postmasterPid: number;
  /** All calls that Redis has counted so far (INFO commandstats). */
  redisCalls: () => Promise<number>;
}

/** Gives commands, so many at once, until all are given or the time is up. */
export async function measure(
  contender: Contender,
  servers: SharedServers,
  requests: readonly string[],
  atOnce: number,
  mostSeconds: number,
): Promise<Run> {
  const lines = await Promise.all(Array.from({ length: atOnce }, () => openLine(portOf(contender.api))));
  const refused: Record<string, number> = {};
  const tookMs: number[] = [];
  let next = 0;
  const idle = atOnce === 1 ? await background(contender, servers) : undefined;
  const before = await usage(contender, servers);
  const beganMs = performance.now();
  await Promise.all(
    lines.map(async (line) => {
      while (next < requests.length && performance.now() - beganMs < mostSeconds * 1000) {
        const request = requests[next++]!;
        const sentMs = performance.now();
        const { status } = await line.ask(request);
        if (status < 300) tookMs.push(performance.now() - sentMs);
        else refused[status] = (refused[status] ?? 0) + 1;
      }
    }),
  );
  const seconds = (performance.now() - beganMs) / 1000;
  const after = await usage(contender, servers);
  for (const line of lines) line.close();
  const each = (figure: keyof Usage) =>
    (after[figure] - before[figure] - (idle?.[figure] ?? 0) * seconds) / tookMs.length;
  return {
    perSecond: tookMs.length / seconds,
    p50: percentile(tookMs, 0.5),
    p99: percentile(tookMs, 0.99),
    ...{ api: each('api'), postgres: each('postgres'), redis: each('redis'), worker: each('worker') },
    ...{ statements: each('statements'), commands: each('commands'), redisCalls: each('redisCalls') },
    refused,
  };
}

type Usage = Record<
  'api' | 'postgres' | 'redis' | 'worker' | 'statements' | 'commands' | 'redisCalls',
  number
>;

const idleMs = 2_000;

/** What sweepers and the like use in a second while nobody asks for anything: of few commands they are a large share. */
async function background(contender: Contender, servers: SharedServers): Promise<Usage> {
  const before = await usage(contender, servers);
  await sleep(idleMs);
  const after = await usage(contender, servers);
  const figures = Object.keys(before) as (keyof Usage)[];
  return Object.fromEntries(
    figures.map((figure) => [figure, ((after[figure] - before[figure]) * 1000) / idleMs]),
  ) as Usage;
}

async function usage({ api, worker, sent }: Contender, servers: SharedServers): Promise<Usage> {
  return {
    ...(await sent()),
    redisCalls: await servers.redisCalls(),
    api: api.cpuMs(),
    postgres: cpuMsOfFamily(servers.postmasterPid),
    redis: cpuMsOf(servers.redisPid),
    worker: worker?.cpuMs() ?? 0,
  };
}
