import { readPools } from '#core/health/pools.ts';
import { listJobs, readQueues, retryJob } from '#core/health/queues.ts';
import {
  jobParams,
  jobsAnswer,
  jobsQuery,
  poolsAnswer,
  queuesAnswer,
  retriedAnswer,
} from '#core/wire/health.ts';
import { operation } from '../operation.ts';

const tags = ['operation'];

/** How workers, queues and pools are. */
export const health = [
  operation({
    method: 'get',
    path: '/api/admin/queues',
    summary: 'The workers’ queues: what waits, is delayed, has failed',
    tags,
    auth: 'moderator',
    limits: ['read'],
    responses: { 200: queuesAnswer },
    handle: () => readQueues(),
  }),

  operation({
    method: 'get',
    path: '/api/admin/jobs',
    summary: 'Jobs of one state, the latest first',
    tags,
    auth: 'moderator',
    limits: ['read'],
    query: jobsQuery,
    responses: { 200: jobsAnswer },
    handle: ({ query }) => listJobs(query),
  }),

  operation({
    method: 'post',
    path: '/api/admin/jobs/{id}/retry',
    summary: 'Let a failed job be tried again',
    tags,
    auth: 'admin',
    limits: ['write'],
    params: jobParams,
    responses: { 200: retriedAnswer },
    problems: ['wrong_state'],
    handle: ({ params }) => retryJob(params.id),
  }),

  operation({
    method: 'get',
    path: '/api/admin/pools',
    summary: 'The pools: who waits, for how long, and whether somebody leads',
    tags,
    auth: 'moderator',
    limits: ['read'],
    responses: { 200: poolsAnswer },
    handle: () => readPools(),
  }),
];
