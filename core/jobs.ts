import { Queue } from 'bullmq';
import { keys } from '#db/keys.ts';
import { openRedis } from '#db/redis.ts';
import { clock } from './clock.ts';
import { log } from './log.ts';

/** The background jobs: each carries ids only, is idempotent, and calls one function of core (worker/jobs.ts). */
export type JobName =
  | 'end-round'
  | 'settle-decisions'
  | 'clean-up-sessions'
  | 'cancel-abandoned-rounds'
  | 'expire-guests'
  | 'forget-expired'
  | 'restrict-flagged'
  | 'sample-activity'
  | 'close-hours';

export const roundsQueue = 'rounds';
export const housekeepingQueue = 'housekeeping';

let queues: { rounds: Queue; housekeeping: Queue } | undefined;
let connection: ReturnType<typeof openRedis> | undefined;

/** The queues, connected at their first use. */
export function openQueues(): { rounds: Queue; housekeeping: Queue } {
  queues ??= { rounds: openQueue(roundsQueue), housekeeping: openQueue(housekeepingQueue) };
  return queues;
}

function openQueue(name: string): Queue {
  const queue = new Queue(name, {
    connection: (connection ??= openRedis()),
    prefix: keys.jobs(),
    defaultJobOptions: {
      attempts: 5,
      backoff: { type: 'exponential', delay: 1_000 },
      removeOnComplete: { age: 60, count: 1_000 },
      removeOnFail: { age: 7 * 24 * 3600, count: 10_000 },
    },
  });
  queue.on('error', () => undefined); // reported by the call that fails
  return queue;
}

/** Closes the queues of this process. */
export async function closeQueues(): Promise<void> {
  const open = queues ? Object.values(queues) : [];
  queues = undefined;
  await Promise.all(open.map((queue) => queue.close()));
  connection?.disconnect();
  connection = undefined;
}

/** Asks for a round to be ended at its deadline: punctual when all is well, and only a hint (DESIGN section 4). */
export const scheduleEnd = (roundId: string, at: Date): void => schedule('end-round', roundId, at);

/** Asks for the decisions of a round to be settled when the window closes. */
export const scheduleSettle = (roundId: string, at: Date): void => schedule('settle-decisions', roundId, at);

/** Processes' clocks differ by milliseconds, and a job that comes before its time does nothing. */
const slackMs = 10;

/**
 * Never delays nor fails the command: without Redis the sweeper does what the job would have done. It is not awaited,
 * or a sweeper that ends forty rounds without Redis would wait forty times.
 */
function schedule(name: JobName, roundId: string, at: Date): void {
  const delay = Math.max(0, at.getTime() - clock.ms()) + slackMs;
  openQueues()
    .rounds.add(name, { roundId }, { jobId: `${name}-${roundId}`, delay })
    .catch((err: unknown) =>
      log.warn({ err, round_id: roundId, job: name }, 'a job could not be added; the sweeper will do it'),
    );
}
