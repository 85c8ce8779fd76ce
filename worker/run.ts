import { Worker, type Job } from 'bullmq';
import { Histogram } from 'prom-client';
import { keys } from '#db/keys.ts';
import { openRedis } from '#db/redis.ts';
import { housekeepingQueue, roundsQueue, type JobName } from '#core/jobs.ts';
import { log } from '#core/log.ts';
import { startMatchmaker } from '#core/matching/matchmaker.ts';
import { pools } from '#core/pools.ts';
import { metrics } from '#core/metrics.ts';
import { startSweeper } from '#core/sweeper.ts';
import { startCalendar } from './calendar.ts';
import { jobs, type JobData } from './jobs.ts';

/**
 * Starts everything that a worker does: jobs, the matchmakers, the sweeper, the calendar.
 * @returns a function that drains it: jobs under way finish, leads are given back
 */
export function startWorker(): () => Promise<void> {
  const workers = [
    { name: roundsQueue, concurrency: 20 },
    { name: housekeepingQueue, concurrency: 1 },
  ].map(({ name, concurrency }) => openWorker(name, concurrency));
  const matchmakers = pools.map(startMatchmaker);
  const stopSweeper = startSweeper();
  const stopCalendar = startCalendar();
  return async () => {
    stopCalendar();
    await Promise.all([
      ...workers.map(({ close }) => close()),
      ...matchmakers.map((matchmaker) => matchmaker.stop()),
      stopSweeper(),
    ]);
  };
}

/** Starts one queue's worker alone. */
export function openWorker(name: string, concurrency: number): { close: () => Promise<void> } {
  const connection = openRedis();
  const worker = new Worker<JobData, unknown, JobName>(name, run, {
    connection,
    prefix: keys.jobs(),
    concurrency,
  });
  worker.on('error', (err) => log.warn({ err, queue: name }, 'the queue is out of reach'));
  worker.on('failed', (job, err) =>
    log.error({ err, job: job?.name, round_id: job?.data.roundId }, 'a job failed'),
  );
  return {
    close: async () => {
      await worker.close();
      connection.disconnect();
    },
  };
}

async function run(job: Job<JobData, unknown, JobName>): Promise<unknown> {
  const measured = durations.startTimer({ job: job.name });
  try {
    const result = await jobs[job.name](job.data);
    measured({ outcome: 'done' });
    return result;
  } catch (error) {
    measured({ outcome: 'failed' });
    throw error;
  }
}

const durations = new Histogram({
  name: 'minuet_job_seconds',
  help: 'How long jobs took, by job and outcome',
  labelNames: ['job', 'outcome'],
  buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30],
  registers: [metrics],
});
