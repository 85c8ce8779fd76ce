import { OpenApiGeneratorV31, OpenAPIRegistry, type RouteConfig } from '@asteasolutions/zod-to-openapi';
import { z } from 'zod';
import { problems, type ProblemCode } from '#core/errors.ts';
import { problemDocument } from '#core/wire/common.ts';
import { limits } from './limits.ts';
import type { Operation } from './operation.ts';

/** The OpenAPI 3.1 document of these operations, made from the very schemas that answer them. */
export function openapi(operations: Operation[]): object {
  const registry = new OpenAPIRegistry();
  registry.registerComponent('securitySchemes', 'bearer', {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
  });
  for (const operation of operations) registry.registerPath(describe(operation));
  return new OpenApiGeneratorV31(registry.definitions).generateDocument({
    openapi: '3.1.0',
    info: {
      title: 'Minuet',
      version: '1',
      description: 'Three-minute video dates between strangers, over plain HTTP polling.',
    },
    servers: [{ url: '/' }],
  });
}

function describe(operation: Operation): RouteConfig {
  const { method, path, summary, tags, auth, params, query, body } = operation;
  return {
    method,
    path,
    summary,
    tags,
    operationId: operationId(operation),
    description: [operation.description, limitsOf(operation)].filter(Boolean).join('\n\n'),
    security: auth === 'none' ? [] : auth === 'optional' ? [{}, { bearer: [] }] : [{ bearer: [] }],
    request: {
      ...(params instanceof z.ZodObject && { params }),
      ...(query instanceof z.ZodObject && { query }),
      ...(operation.idempotent && { headers: z.object({ 'Idempotency-Key': idempotencyKey }) }),
      ...(body && {
        body: { content: { 'application/json': { schema: body } }, required: !body.safeParse({}).success },
      }),
    },
    responses: { ...successes(operation), ...failures(operation) },
  };
}

const idempotencyKey = z
  .string()
  .regex(/^[\x21-\x7e]{1,200}$/)
  .optional()
  .meta({ description: 'A repeat with the same key and body has the same effect once' });

const operationId = ({ method, path }: Operation) =>
  `${method}_${path.replace('/api/', '').replaceAll(/[^a-z]+/gi, '_')}`.replace(/_$/, '');

const limitsOf = ({ limits: names }: Operation) =>
  names.map((name) => `Limit \`${name}\`: ${limitText(name)}.`).join(' ');

function limitText(name: Operation['limits'][number]): string {
  const limit = limits[name];
  return limit.kind === 'window'
    ? `${limit.most} in ${limit.seconds} s by ${limit.by}`
    : `${limit.perSecond} a second by ${limit.by}, in bursts of up to ${limit.burst}`;
}

const successes = ({ responses }: Operation): RouteConfig['responses'] =>
  Object.fromEntries(
    Object.entries(responses).map(([status, schema]) => [
      status,
      status === '204'
        ? { description: 'Done' }
        : { description: 'Done', content: { 'application/json': { schema } } },
    ]),
  );

function failures(operation: Operation): RouteConfig['responses'] {
  const codes = new Set<ProblemCode>(['invalid', 'unavailable', ...operation.problems]);
  if (operation.method !== 'get') for (const code of bodyProblems) codes.add(code);
  if (operation.auth !== 'none') codes.add('unauthenticated').add('token_expired');
  if (operation.auth !== 'none' && !operation.openToRestricted) codes.add('restricted');
  if (operation.auth === 'moderator' || operation.auth === 'admin') codes.add('forbidden');
  if (operation.limits.length > 0) codes.add('rate_limited');
  if (operation.idempotent) codes.add('idempotency_mismatch');

  const byStatus = new Map<number, ProblemCode[]>();
  for (const code of codes)
    byStatus.set(problems[code][0], [...(byStatus.get(problems[code][0]) ?? []), code]);
  return Object.fromEntries(
    [...byStatus].map(([status, here]) => [
      status,
      {
        description: here.map((code) => `\`${code}\`: ${problems[code][1]}`).join('\n\n'),
        content: { 'application/problem+json': { schema: problemDocument } },
      },
    ]),
  );
}

const bodyProblems: ProblemCode[] = ['malformed_json', 'too_large', 'unsupported_media_type'];
