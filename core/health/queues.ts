import type { Job, Queue } from 'bullmq';
import { sql } from '#db/postgres.ts';
import { clock } from '#core/clock.ts';
import { found, Problem } from '#core/errors.ts';
import { openQueues } from '#core/jobs.ts';
import { log } from '#core/log.ts';

const patienceMs = 2_000;

export type QueueName = 'rounds' | 'housekeeping';
export type JobState = 'failed' | 'waiting' | 'delayed' | 'active';

/**
 * How the workers' queues stand, and when a worker last counted people.
 * @throws `unavailable` without Redis
 */
export async function readQueues() {
  const [queues, [row]] = await Promise.all([
    answered(Promise.all(everyQueue().map(readQueue))),
    sql<{ at: Date | null }>('SELECT max(at) AS at FROM activity_samples WHERE step = 10'),
  ]);
  return { server_time: clock.now(), queues, last_sample_at: row?.at ?? null };
}

async function readQueue([name, queue]: [QueueName, Queue<Carried>]) {
  const [counts, workers, [oldest]] = await Promise.all([
    queue.getJobCounts('waiting', 'active', 'delayed', 'failed', 'completed'),
    queue.getWorkersCount(),
    queue.getJobs(['waiting'], 0, 0, true),
  ]);
  const { waiting = 0, active = 0, delayed = 0, failed = 0, completed = 0 } = counts;
  const oldest_waiting_at = oldest ? new Date(oldest.timestamp) : null;
  return { ...{ name, workers, waiting, active, delayed, failed, completed }, oldest_waiting_at };
}

/**
 * Jobs of one state, the latest first.
 * @throws `unavailable` without Redis
 */
export async function listJobs(asked: { queue?: QueueName | undefined; state: JobState; limit: number }) {
  const queues = everyQueue().filter(([name]) => asked.queue === undefined || name === asked.queue);
  const lists = await answered(
    Promise.all(
      queues.map(async ([name, queue]) =>
        (await queue.getJobs([asked.state], 0, asked.limit - 1)).map((job) =>
          present(name, job, asked.state),
        ),
      ),
    ),
  );
  const latest = lists.flat().sort((a, b) => when(b) - when(a));
  return { jobs: latest.slice(0, asked.limit) };
}

/**
 * Lets a job that has failed for good be tried again: its function looks again at what there is to do.
 * @param id `queue:id`
 * @throws `not_found`; `wrong_state` when it has not failed; `unavailable` without Redis
 */
export async function retryJob(id: string): Promise<{ id: string; state: string }> {
  const [queueName = ''] = id.split(':', 1);
  const queue = found(everyQueue().find(([name]) => name === queueName)?.[1], 'queue');
  const job = found(await answered(queue.getJob(id.slice(queueName.length + 1))), 'job') as Job;
  const state = await answered(job.getState());
  if (state !== 'failed') throw new Problem('wrong_state', `This job is ${state}`);
  await answered(job.retry('failed'));
  log.info({ queue: queueName, job: job.name, job_id: job.id }, 'a failed job was put back');
  return { id, state: 'waiting' };
}

/** What a job carries: see worker/jobs.ts. */
interface Carried {
  roundId?: string;
}

type Presented = ReturnType<typeof present>;
const when = ({ finished_at, due_at, added_at }: Presented): number => +(finished_at ?? due_at ?? added_at);

function present(queue: QueueName, job: Job<Carried>, state: JobState) {
  return {
    id: `${queue}:${job.id ?? ''}`,
    ...{ queue, state, name: job.name, round_id: job.data.roundId ?? null, attempts: job.attemptsMade },
    added_at: new Date(job.timestamp),
    due_at: state === 'delayed' ? new Date(job.timestamp + job.delay) : null,
    finished_at: job.finishedOn === undefined ? null : new Date(job.finishedOn),
    failure: state === 'failed' ? job.failedReason || null : null,
  };
}

const everyQueue = () => Object.entries(openQueues()) as [QueueName, Queue<Carried>][];

/** The queues' connection waits for Redis to come back; the caller does not. */
async function answered<T>(answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Problem('unavailable')), patienceMs);
  });
  return Promise.race([answer, late]).finally(() => clearTimeout(timer));
}
