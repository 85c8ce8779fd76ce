import { z } from 'zod';
import { operation, reply } from '../operation.ts';
import { readiness } from '../readiness.ts';

const readinessAnswer = z
  .strictObject({ status: z.enum(['ready', 'not_ready']), parts: z.record(z.string(), z.string()) })
  .meta({ id: 'Readiness' });

export const probes = [
  operation({
    method: 'get',
    path: '/healthz',
    summary: 'The process lives',
    tags: ['operation'],
    auth: 'none',
    limits: [],
    poll: true,
    responses: { 200: z.strictObject({ status: z.literal('ok') }) },
    handle: () => ({ status: 'ok' as const }),
  }),

  operation({
    method: 'get',
    path: '/readyz',
    summary: 'The process can do its work: Postgres, Redis, schema; not stopping',
    tags: ['operation'],
    auth: 'none',
    limits: [],
    poll: true,
    responses: { 200: readinessAnswer, 503: readinessAnswer },
    handle: async () => {
      const { ready, parts } = await readiness();
      return reply(ready ? 200 : 503, { status: ready ? 'ready' : 'not_ready', parts });
    },
  }),
];
