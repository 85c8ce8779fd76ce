import express, { type Express, type Request, type RequestHandler, type Response } from 'express';
import { Problem } from '#core/errors.ts';
import { noteArrival } from '#core/journey/presence.ts';
import { likelyPool } from '#core/matching/pool.ts';
import { settings } from '#core/settings.ts';
import { authenticate } from './authenticate.ts';
import { draining } from './draining.ts';
import { createLimits, needsBody, type Check, type LimitName } from './limits.ts';
import type { Operation, Reply } from './operation.ts';
import { refuseTricks } from './strict.ts';
import { through } from './through.ts';

/**
 * Makes routes of operations: authenticate → limit → read the body → validate → handle → send.
 * Literal paths come before those with parameters; other methods on a known path are 405.
 */
export function mount(app: Express, operations: Operation[], rateLimitFactor: number): void {
  const limit = createLimits(rateLimitFactor);
  const paths = [...new Set(operations.map((operation) => operation.path))].sort(literalFirst);
  for (const path of paths) {
    const here = operations.filter((operation) => operation.path === path);
    const route = path.replaceAll(/\{(\w+)\}/g, ':$1');
    for (const operation of here) app[operation.method](route, serve(operation, limit));
    app.all(route, refuseMethod(here));
  }
}

const literalFirst = (a: string, b: string) => (a < b ? -1 : 1); // a brace sorts after every letter

function serve(operation: Operation, limit: (name: LimitName) => Check): RequestHandler {
  const json = express.json({ limit: operation.bodyBytes, strict: true });
  const early = operation.limits.filter((name) => !needsBody(name)).map(limit);
  const late = operation.limits.filter(needsBody).map(limit);
  const hasBody = operation.method !== 'get';

  return async (request, response) => {
    response.locals.operation = operation;
    const me = authenticate(request, operation.auth);
    response.locals.me = me;
    // Any request acknowledges a match; a poll notes it in its own round trip.
    if (me && !operation.poll && !operation.farewell) void noteArrival(likelyPool(me.userId), me.userId);
    await pass(early, request, response);
    if (hasBody) await readBody(json, request, response);
    await pass(late, request, response);
    refuseTricks(request.params);
    refuseTricks(request.query);

    const reply = await operation.run({
      me,
      request,
      body: hasBody ? (request.body ?? {}) : {},
      idempotencyKey: operation.idempotent ? idempotencyKeyOf(request) : undefined,
      onClose: (listener) => void response.once('close', listener),
    });
    send(response, operation, reply);
  };
}

async function pass(checks: Check[], request: Request, response: Response): Promise<void> {
  for (const check of checks) {
    const counted = check(request, response);
    if (counted) await counted; // a bucket answers at once: no turn of the loop is spent on it
  }
}

async function readBody(json: RequestHandler, request: Request, response: Response): Promise<void> {
  const sent =
    request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length']) > 0;
  if (sent && !request.is('application/json')) throw new Problem('unsupported_media_type');
  await through(json, request, response);
  refuseTricks(request.body);
}

function idempotencyKeyOf(request: Request): string | undefined {
  const key = request.get('idempotency-key');
  if (key !== undefined && !/^[\x21-\x7e]{1,200}$/.test(key))
    throw new Problem('invalid', 'Idempotency-Key: 1 to 200 visible ASCII characters');
  return key;
}

function send(response: Response, operation: Operation, reply: Reply): void {
  if (response.closed) return;
  if (settings.testing) assertContract(operation, reply);
  if (draining.isActive()) response.setHeader('Connection', 'close');
  for (const [name, value] of Object.entries(reply.headers)) response.setHeader(name, value);
  response.status(reply.status);
  if (reply.status === 204) response.end();
  else response.json(reply.body);
}

// In tests an answer that strays from its own contract is an error.
function assertContract(operation: Operation, reply: Reply): void {
  const schema = operation.responses[reply.status];
  if (!schema) throw new Error(`${operation.method} ${operation.path} does not declare ${reply.status}`);
  if (reply.status === 204) return;
  const wire: unknown = JSON.parse(JSON.stringify(reply.body ?? null));
  const result = schema.safeParse(wire);
  if (!result.success)
    throw new Error(`${operation.method} ${operation.path} strays: ${result.error.message}`);
}

function refuseMethod(operations: Operation[]): RequestHandler {
  const methods = operations.map((operation) => operation.method.toUpperCase());
  const allow = [...methods, ...(methods.includes('GET') ? ['HEAD'] : [])].join(', ');
  return (_request, response) => {
    response.setHeader('Allow', allow);
    throw new Problem('method_not_allowed');
  };
}
