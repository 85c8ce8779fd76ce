import { Counter, Histogram } from 'prom-client';
import {
  endLongPauses,
  endLongWaits,
  endStaleSessions,
  expireNotices,
  publishMissed,
  recordPresence,
} from '#core/sweeps/journeys.ts';
import { compareViews, restoreViews } from '#core/views/recover.ts';
import { log } from './log.ts';
import { metrics } from './metrics.ts';
import { cancelUnacknowledged, releaseLeft, releaseLost } from '#core/sweeps/silence.ts';
import { cancelUnjoined, endDueRounds, settleDueDecisions } from '#core/sweeps/rounds.ts';
import { effectsLeft } from './transaction.ts';

const durations = new Histogram({
  name: 'minuet_sweep_seconds',
  help: 'How long a sweep took',
  buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
  registers: [metrics],
});
const failures = new Counter({
  name: 'minuet_sweep_failures_total',
  help: 'Sweeps that failed, by what they were about',
  labelNames: ['verb'],
  registers: [metrics],
});

/** What the clock has promised comes first. */
const byTheClock = [endDueRounds, settleDueDecisions];

/**
 * What else needs Postgres alone. Neither these nor those wait for their own effects: one wait for a Redis that hangs
 * would hold up all that comes after it.
 */
const bySqlAlone = [cancelUnjoined, expireNotices, endLongWaits, endLongPauses];

const withRedis = [
  restoreViews,
  recordPresence,
  cancelUnacknowledged,
  releaseLeft,
  releaseLost,
  endStaleSessions,
  publishMissed,
  compareViews,
];

/**
 * Does everything that is due, once. Every API and worker process does it every second; each step locks and
 * looks again, so any number of them may run at the same time.
 */
export async function sweep(): Promise<void> {
  await doEach([...byTheClock, ...bySqlAlone]);
  await effectsLeft();
  await doEach(withRedis);
  await effectsLeft();
}

async function doEach(verbs: readonly (() => Promise<void>)[]): Promise<void> {
  const measured = durations.startTimer();
  for (const verb of verbs) await attempt(verb);
  measured();
}

async function attempt(verb: () => Promise<void>): Promise<void> {
  try {
    await verb();
  } catch (err) {
    failures.inc({ verb: verb.name });
    log.warn({ err, verb: verb.name }, 'a sweep failed; the next one tries again');
  }
}

const sweepEveryMs = 1_000;

/**
 * Sweeps once a second, never twice at the same time. Steps by the clock have a loop of their own, so that neither
 * many other steps nor a lock delays them. Steps that need SQL alone have one too: they do not wait for Redis.
 * @returns a function that stops it and waits for the sweep under way
 */
export function startSweeper(): () => Promise<void> {
  const loops = [byTheClock, bySqlAlone, withRedis].map(everySecond);
  return async () => {
    await Promise.all(loops.map((stop) => stop()));
    await effectsLeft();
  };
}

function everySecond(verbs: readonly (() => Promise<void>)[]): () => Promise<void> {
  let under: Promise<void> | undefined;
  const timer = setInterval(() => {
    under ??= doEach(verbs).finally(() => (under = undefined));
  }, sweepEveryMs);
  return async () => {
    clearInterval(timer);
    await under;
  };
}
