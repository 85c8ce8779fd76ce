import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { generator } from '../bench/population.ts';
import { playCrowd, type Evening } from '../demo/crowd.ts';
import { judge } from '../demo/judge.ts';
import { percentile } from '../demo/lateness.ts';
import { checkInvariants, closeInvariants } from '../invariants.ts';
import { until } from '../until.ts';
import { lostOf } from './acknowledged.ts';
import { openBalancer, type Balancer } from './balancer.ts';
import { inflict, stopOfPairing } from './faults.ts';
import { openHouse, type House } from './house.ts';
import { lateRounds } from './late.ts';
import type { Options } from './options.ts';
import { pairWaits, readTables } from './pairWaits.ts';
import { befallen, makeSchedule, type Fault } from './schedule.ts';
import { stuckPeople } from './stuck.ts';
import { judgeWaits, type Happened, type PairWait, type WaitsJudged } from './waits.ts';

/** What came of a run. */
export interface Outcome {
  evening: Evening;
  faults: Happened[];
  traffic: Balancer['traffic'];
  looked: Map<string, number>;
  clockEndings: number;
  worstLateMs: number;
  waits: WaitsJudged;
  /** By how much this machine was late with everything. */
  starvedMs: number;
  /** Sentences; empty when nothing was harmed. */
  harm: string[];
}

/** Short rounds, so that much happens; all else is as in production. */
const roundSeconds = 8;
const shortRounds = { ROUND_SECONDS: String(roundSeconds), DECISION_SECONDS: '4', CONNECT_SECONDS: '8' };
const healedMs = 10_000;
/** After the last moment of a run everything is healed, and the crowd gone home, this much later at the latest. */
const mostHealingMs = 60_000;

/**
 * Plays a crowd against a house to which faults happen, heals it, waits ten seconds, and looks for harm.
 * @param say is told what happens, when it happens
 */
export async function runChaos(options: Options, say: (line: string) => void): Promise<Outcome> {
  const lengthMs = options.seconds * 1000;
  const house = await openHouse(shortRounds, options.logs);
  const balancer = await openBalancer(house.doors, generator(options.seed + 1));
  const lateness = monitorEventLoopDelay({ resolution: 20 }); // of this process, to which nothing is done
  lateness.enable();
  const beganMs = Date.now();
  say(`The first moment is ${new Date(beganMs).toISOString()}`);
  const tell = (line: string) => say(`${((Date.now() - beganMs) / 1000).toFixed(1).padStart(6)} s  ${line}`);
  try {
    const faults = makeSchedule(options.seed, lengthMs, options.only, options.apart * 1000);
    const happening = happen(house, balancer, faults, lengthMs, tell);
    const stuck = happening.then(async () => {
      await sleep(Math.max(0, beganMs + lengthMs - Date.now()));
      tell('everything is healed');
      await sleep(healedMs);
      return stuckPeople(house.where.databaseUrl);
    });
    const evening = await playCrowd(
      {
        ...{ people: options.people, seconds: options.seconds + mostHealingMs / 1000, url: balancer.url },
        ...{ seed: options.seed, outages: true },
      },
      showing(tell),
      stuck,
    );
    tell('everybody has gone home');
    const starvedMs = lateness.percentile(99.9) / 1e6;
    return await harmOf({
      ...{ house, balancer, evening, starvedMs },
      ...{ happened: await happening, stuck: await stuck },
    });
  } finally {
    balancer.close();
    await closeInvariants();
    await house.close();
  }
}

/**
 * Lets the faults happen, each at its time, or once what it befalls has recovered from the one before: a starved machine
 * takes long to start a process, and no worker at all would be another fault. Resolves once the last one is healed.
 */
async function happen(
  house: House,
  balancer: Balancer,
  faults: readonly Fault[],
  lengthMs: number,
  tell: (line: string) => void,
): Promise<Happened[]> {
  const beganMs = Date.now();
  const happened: Happened[] = [];
  const recovered = new Map<string, Promise<unknown>>();
  const oneAfterAnother = faults.map((fault) => {
    const before = recovered.get(befallen(fault.kind));
    const over = sleep(fault.atMs)
      .then(() => before)
      .then(async () => {
        if (Date.now() - beganMs < lengthMs) happened.push(await befall(house, balancer, fault, tell));
      });
    recovered.set(befallen(fault.kind), over);
    return over;
  });
  await Promise.all(oneAfterAnother);
  return happened;
}

async function befall(
  house: House,
  balancer: Balancer,
  fault: Fault,
  tell: (line: string) => void,
): Promise<Happened> {
  const { kind, lastsMs } = fault;
  const fromMs = Date.now();
  const noPairingUntil = stopOfPairing(house, fault, fromMs);
  tell(`${kind}${lastsMs > 0 && !kind.startsWith('roll') ? ` for ${(lastsMs / 1000).toFixed(1)} s` : ''}`);
  const befell = await inflict[kind](house, balancer, fault);
  if (kind.endsWith('postgres')) await until(() => answers(house.where.databaseUrl), 60_000);
  if (befell) tell(`  ${kind} is over: it was ${befell}`);
  const untilMs = Date.now();
  return {
    ...{ kind, what: befell ? `${kind} (${befell})` : kind },
    ...{ fromMs, untilMs, noPairingUntilMs: noPairingUntil(untilMs) },
  };
}

async function answers(databaseUrl: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: 5_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('SELECT 1');
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

interface Played {
  house: House;
  balancer: Balancer;
  happened: Happened[];
  evening: Evening;
  starvedMs: number;
  stuck: string[];
}

async function harmOf({ house, balancer, happened, evening, starvedMs, stuck }: Played): Promise<Outcome> {
  const { traffic } = balancer;
  const database = new pg.Client({ connectionString: house.where.databaseUrl });
  await database.connect();
  try {
    judge(evening, true);
    const { looked, lost } = await lostOf(database, traffic.acknowledged);
    const { ended, worstMs, late } = await lateRounds(
      database,
      happened.filter(({ kind }) => kind.endsWith('postgres')),
      starvedMs,
    );
    const pace = (wait: PairWait) => starvedMs + requestsOfAWait * medianMs(evening.ledger, wait);
    const waits = judgeWaits(pairWaits(evening.ledger, await readTables(database)), happened, pace);
    const broken = await checkInvariants(house.where, { quiet: true, roundSeconds, skewSeconds: 0.1 });
    return {
      ...{ evening, faults: happened, traffic, looked },
      ...{ clockEndings: ended, worstLateMs: worstMs, waits, starvedMs },
      harm: [
        ...stuck,
        ...[...evening.ledger.broken].map(([what, times]) => `People saw: ${what} (${times} times)`),
        ...lost,
        ...late,
        ...waits.unexplained,
        ...broken,
        ...[...traffic.rude].map(([what, times]) => `A rude answer: ${what} (${times} times)`),
        ...[...house.apis, ...house.workers].flatMap(({ name, log, surprises }) => [
          ...surprises,
          ...screamsIn(log()).map((line) => `${name} wrote: ${line}`),
        ]),
      ],
    };
  } finally {
    await database.end();
  }
}

/** To be there takes a request that arrives, and to be told one that is answered. */
const requestsOfAWait = 2;
const aroundMs = 2_000;

/** What half of the requests took that were answered during a wait, or shortly before or after it. */
function medianMs({ tookMs, answeredMs }: Evening['ledger'], { fromMs, untilMs }: PairWait): number {
  const then = tookMs.filter(
    (_, index) =>
      fromMs - aroundMs < (answeredMs[index] ?? 0) && (answeredMs[index] ?? 0) < untilMs + aroundMs,
  );
  return percentile(then, 50) ?? 0;
}

/** Lines that must not be written whatever happens: a process that gives up, or an error that nobody foresaw. */
const screamsIn = (log: string): string[] =>
  log
    .split('\n')
    .filter(
      (line) => line.startsWith('{') && (line.includes('"level":60') || line.includes('"msg":"unforeseen"')),
    )
    .slice(0, 5);

/** A line every ten seconds. */
function showing(tell: (line: string) => void): (evening: Evening) => void {
  let shown = 0;
  return ({ people, ledger, seconds }) => {
    if (shown++ % 10 !== 0) return;
    const inCall = people.filter(({ state }) => state === 'IN_CALL').length;
    const waiting = people.filter(({ state }) => state === 'WAITING').length;
    const lost = ledger.answers.get('no connection') ?? 0;
    tell(
      `  ${Math.round(seconds)} s of play: ${waiting} wait, ${inCall} talk, ${ledger.requests} requests, ${lost} without an answer`,
    );
  };
}
