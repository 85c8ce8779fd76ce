import express, { type Request, type Response } from 'express';
import { Problem } from '#core/errors.ts';
import type { Me } from '#core/accounts/token.ts';
import { noteArrival } from '#core/views/presence.ts';
import { likelyPool } from '#core/pools.ts';
import { authenticate } from './authenticate.ts';
import { keep, refuseFull } from './backlog.ts';
import { inTurn } from './inTurn.ts';
import { addressOf, needsBody, type Check, type LimitName } from './limits.ts';
import type { Input, Operation, Reply } from './operation.ts';
import { refuseByStanding } from './standing.ts';
import { refuseTricks } from './strict.ts';
import { through } from './through.ts';

/** Takes one request through its operation; throws what answerProblem turns into problem details. */
export type Call = (request: Request, response: Response) => Promise<Reply>;

/**
 * Makes the call of an operation: authenticate → limit → ask where they stand → read the body → validate →
 * handle. Every layer of safety is here, so that polls and all other operations pass the same ones.
 */
export function createCall(operation: Operation, limit: (name: LimitName) => Check): Call {
  const json = express.json({ limit: operation.bodyBytes, strict: true });
  const early = operation.limits.filter((name) => !needsBody(name)).map(limit);
  const late = operation.limits.filter(needsBody).map(limit);
  const repeats = operation.repeats && limit(operation.repeats);
  const hasBody = operation.method !== 'get';

  return async (request, response) => {
    response.locals.operation = operation;
    const me = authenticate(request, operation.auth);
    response.locals.me = me;
    // Any request acknowledges a match; a poll notes it in its own round trip.
    if (me && !operation.poll && !operation.farewell) void noteArrival(likelyPool(me.userId), me.userId);
    if (me) refuseFull(me.userId);
    await pass(early, request, response);
    if (me && !operation.poll) await refuseByStanding(me, operation);
    if (hasBody) await readBody(json, request, response, keepBody(operation, me, request));
    await pass(late, request, response);
    refuseTricks(request.params);
    refuseTricks(request.query);

    const { params, query, body } = request as Input;
    const call = {
      ...operation.parse({ params, query, body: hasBody ? (body ?? {}) : {} }),
      me,
      idempotencyKey: operation.idempotent ? idempotencyKeyOf(request) : undefined,
      from: () => addressOf(request),
      onRepeat: () => void repeats?.pass(request, response),
      onClose: (listener: () => void) => void response.once('close', listener),
    };
    return me && !operation.poll ? inTurn(me.userId, () => operation.run(call)) : operation.run(call);
  };
}

async function pass(checks: Check[], request: Request, response: Response): Promise<void> {
  for (const check of checks) {
    const counted = check.pass(request, response);
    if (counted) await counted; // a bucket answers at once: no turn of the loop is spent on it
  }
}

/** Counts a body while it comes in, by the length it says it has, or else the longest it may have. */
function keepBody({ bodyBytes }: Operation, me: Me | undefined, request: Request): () => void {
  if (!me) return () => undefined;
  const {
    'transfer-encoding': chunked,
    'content-encoding': packed,
    'content-length': length,
  } = request.headers;
  const said = chunked || packed ? bodyBytes : Number(length ?? 0);
  return keep(me.userId, Math.min(said, bodyBytes));
}

async function readBody(
  json: ReturnType<typeof express.json>,
  request: Request,
  response: Response,
  read: () => void,
): Promise<void> {
  const sent =
    request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length']) > 0;
  if (sent && !request.is('application/json')) throw new Problem('unsupported_media_type');
  await through(json, request, response).finally(read);
  // When the client has hung up meanwhile, express.json reads nothing and says nothing: what they asked is not `{}`.
  if (sent && request.body === undefined) throw new Problem('malformed_json', 'The body did not arrive');
  refuseTricks(request.body);
}

function idempotencyKeyOf(request: Request): string | undefined {
  const key = request.get('idempotency-key');
  if (key !== undefined && !/^[\x21-\x7e]{1,200}$/.test(key))
    throw new Problem('invalid', 'Idempotency-Key: 1 to 200 visible ASCII characters');
  return key;
}
