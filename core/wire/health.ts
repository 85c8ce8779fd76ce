import { z } from 'zod';
import { moment, queryInteger } from './common.ts';

const count = z.int().min(0);
const queueName = z.enum(['rounds', 'housekeeping']);
const jobState = z.enum(['failed', 'waiting', 'delayed', 'active']);

export const queuesAnswer = z
  .strictObject({
    server_time: moment,
    queues: z.array(
      z.strictObject({
        name: queueName,
        workers: count,
        waiting: count,
        active: count,
        delayed: count,
        failed: count,
        completed: count.meta({ description: 'Those still remembered: of the last minute' }),
        oldest_waiting_at: moment.nullable(),
      }),
    ),
    last_sample_at: moment
      .nullable()
      .meta({ description: 'A worker counts every ten seconds: older than a minute means that none works' }),
  })
  .meta({ id: 'Queues' });

export const jobsQuery = z.strictObject({
  queue: queueName.optional(),
  state: jobState.default('failed'),
  limit: queryInteger(1, 100).default(20),
});

const job = z.strictObject({
  id: z.string().meta({ description: '`queue:id`, as retry takes it' }),
  queue: queueName,
  name: z.string(),
  state: jobState,
  round_id: z.string().nullable(),
  attempts: count,
  added_at: moment,
  due_at: moment.nullable(),
  finished_at: moment.nullable(),
  failure: z.string().nullable(),
});
export const jobsAnswer = z.strictObject({ jobs: z.array(job) }).meta({ id: 'Jobs' });

export const jobParams = z.strictObject({
  id: z.string().regex(/^(rounds|housekeeping):[\w:-]{1,200}$/, 'Expected queue:id'),
});
export const retriedAnswer = z.strictObject({ id: z.string(), state: z.string() }).meta({ id: 'JobRetried' });

export const poolsAnswer = z
  .strictObject({
    server_time: moment,
    pools: z.array(
      z.strictObject({
        name: z.string(),
        waiting: count.meta({ description: 'People who may be paired now' }),
        longest_wait_seconds: z.number().nullable(),
        estimated_wait_seconds: z.number().nullable(),
        led: z.boolean(),
        lease_expires_at: moment.nullable(),
        fence: z.string().nullable().meta({ description: 'Grows with every change of leader' }),
        presence_since: moment.nullable().meta({ description: 'Nobody is judged on a shorter record' }),
      }),
    ),
  })
  .meta({ id: 'Pools' });
