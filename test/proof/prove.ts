import fc from 'fast-check';
import { closeQueues } from '#core/jobs.ts';
import { sequelize } from '#db/postgres.ts';
import { redis, redisReady } from '#db/redis.ts';
import { onEnd } from '../end.ts';
import { closeInvariants } from '../invariants.ts';
import { Broken, play } from './evening.ts';
import type { Played } from './processes.ts';
import { scripts, type Script } from './script.ts';
import { openSeams } from './seams.ts';
import { openStage } from './stage.ts';

/** What to play. */
export interface Task {
  runs: number;
  /** For how long at most, milliseconds. */
  ms: number;
  seed: number;
  path?: string;
  /** Whether to look for the shortest evening that breaks the same. */
  shrinks: boolean;
}

const tellEveryMs = 1_000;
/** A busy machine is no outage. */
const patience = { commandTimeout: 60_000, socketTimeout: 60_000 };

/**
 * Plays evenings until one breaks something, and makes that one shorter for as long as it still does.
 * @param tell hears how far it has come, every second
 */
export async function prove(task: Task, tell: (played: Played) => void): Promise<Played> {
  await redisReady();
  Object.assign(redis.options, patience);
  const stage = await openStage();
  const closeSeams = openSeams();
  onEnd(() => sequelize.close());
  onEnd(() => redis.disconnect());
  onEnd(closeQueues);
  onEnd(stage.close);
  onEnd(closeInvariants);

  const since = performance.now();
  const played: Played = { runs: 0, steps: 0, ms: 0, over: false, broken: null };
  let told = since;
  let evening: Promise<void> = Promise.resolve();
  const playOne = async (script: Script) => {
    const steps = await play(stage, script);
    const now = performance.now();
    Object.assign(played, { runs: played.runs + 1, steps: played.steps + steps, ms: now - since });
    if (now - told < tellEveryMs) return;
    told = now;
    tell(played);
  };
  const property = fc.asyncProperty(scripts, (script) => (evening = playOne(script)));
  const result = await fc.check<[Script]>(property, {
    numRuns: task.runs,
    seed: task.seed,
    endOnFailure: !task.shrinks,
    interruptAfterTimeLimit: task.ms,
    ...(task.path !== undefined && { path: task.path }),
  });
  await evening.catch(() => undefined); // when the time is up, one is under way
  closeSeams();
  const error = result.errorInstance;
  return {
    ...played,
    ms: performance.now() - since,
    over: true,
    broken:
      error instanceof Error
        ? {
            sentences: error instanceof Broken ? error.sentences : [error.message],
            text: error.stack ?? error.message,
            script: JSON.stringify(result.counterexample?.[0]),
            seed: result.seed,
            path: result.counterexamplePath ?? '',
          }
        : null,
  };
}
