import { z } from 'zod';
import { problems, type ProblemCode } from '#core/errors.ts';
import { problemDocument } from '#core/wire/common.ts';
import { createSchemas, type Schemas } from './jsonSchema.ts';
import { limits } from './limits.ts';
import type { Operation } from './operation.ts';

/** The OpenAPI 3.1 document of these operations, made from the very schemas that answer them. */
export function openapi(operations: Operation[]): object {
  const schemas = createSchemas();
  const paths: Record<string, Record<string, object>> = {};
  for (const operation of operations)
    paths[operation.path] = { ...paths[operation.path], [operation.method]: describe(operation, schemas) };
  return {
    openapi: '3.1.0',
    info: {
      title: 'Minuet',
      version: '1',
      description: 'Three-minute video dates between strangers, over plain HTTP polling.',
    },
    servers: [{ url: '/' }],
    paths,
    components: {
      schemas: schemas.named,
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
    },
  };
}

function describe(operation: Operation, schemas: Schemas): object {
  const { summary, tags, auth, params, query, body, idempotent } = operation;
  return {
    summary,
    tags,
    operationId: operationId(operation),
    description: [operation.description, limitsOf(operation)].filter(Boolean).join('\n\n'),
    security: auth === 'none' ? [] : auth === 'optional' ? [{}, { bearer: [] }] : [{ bearer: [] }],
    parameters: [
      ...schemas.parameters('path', params),
      ...schemas.parameters('query', query),
      ...schemas.parameters('header', idempotent ? idempotencyHeader : undefined),
    ],
    ...(body && {
      requestBody: {
        content: { 'application/json': { schema: schemas.of(body) } },
        required: !body.safeParse({}).success,
      },
    }),
    responses: responsesOf(operation, schemas),
  };
}

const idempotencyHeader = z.object({
  'Idempotency-Key': z
    .string()
    .regex(/^[\x21-\x7e]{1,200}$/)
    .optional()
    .meta({ description: 'A repeat with the same key and body has the same effect once' }),
});

const operationId = ({ method, path }: Operation) =>
  `${method}_${path.replace('/api/', '').replaceAll(/[^a-z]+/gi, '_')}`.replace(/_$/, '');

const limitsOf = ({ limits: names, repeats }: Operation) =>
  [...names, ...(repeats ? [repeats] : [])].map((name) => `Limit \`${name}\`: ${limitText(name)}.`).join(' ');

function limitText(name: Operation['limits'][number]): string {
  const limit = limits[name];
  return limit.kind === 'window'
    ? `${limit.most} in ${limit.seconds} s by ${limit.by}`
    : `${limit.perSecond} a second by ${limit.by}, in bursts of up to ${limit.burst}`;
}

/** By status; one that is both an answer of the operation and a problem has a content for each. */
function responsesOf(operation: Operation, schemas: Schemas): Record<string, object> {
  const problemsByStatus = failures(operation, schemas);
  const described: Record<string, object> = { ...problemsByStatus };
  for (const [status, schema] of Object.entries(operation.responses)) {
    const problem = problemsByStatus[status];
    described[status] = {
      description: ['Done', problem?.description].filter(Boolean).join('\n\n'),
      ...(status !== '204' && {
        content: { 'application/json': { schema: schemas.of(schema) }, ...problem?.content },
      }),
    };
  }
  return described;
}

interface Failure {
  description: string;
  content: Record<string, object>;
}

function failures(operation: Operation, schemas: Schemas): Record<string, Failure> {
  const byStatus = new Map<number, ProblemCode[]>();
  for (const code of codesOf(operation, schemas))
    byStatus.set(problems[code][0], [...(byStatus.get(problems[code][0]) ?? []), code]);
  const described: Record<string, Failure> = {};
  for (const [status, here] of byStatus) {
    const schema = { allOf: [schemas.of(problemDocument), { properties: { code: { enum: here } } }] };
    const description = here.map((code) => `\`${code}\`: ${problems[code][1]}`).join('\n\n');
    described[status] = { description, content: { 'application/problem+json': { schema } } };
  }
  return described;
}

/** The problems that an operation may have: its own, and those that come with what it is. */
function codesOf(operation: Operation, schemas: Schemas): Set<ProblemCode> {
  const {
    method,
    auth,
    limits: limited,
    repeats,
    openToRestricted,
    idempotent,
    params,
    query,
    body,
  } = operation;
  const codes = new Set<ProblemCode>(['invalid', 'url_too_long', 'unavailable', ...operation.problems]);
  if (method !== 'get') for (const code of bodyProblems) codes.add(code);
  if (auth !== 'none') codes.add('unauthenticated').add('token_expired');
  if (auth !== 'none' && !openToRestricted) codes.add('restricted');
  if (auth === 'moderator' || auth === 'admin') codes.add('forbidden');
  if (limited.length > 0 || repeats || auth !== 'none') codes.add('rate_limited');
  if (idempotent) codes.add('idempotency_mismatch');
  if (params || [query, body].some((schema) => schema && schemas.takeId(schema))) codes.add('not_found');
  return codes;
}

const bodyProblems: ProblemCode[] = ['malformed_json', 'too_large', 'unsupported_media_type'];
