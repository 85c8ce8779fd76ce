import { parse as parseQuery } from 'node:querystring';
import type { Request, RequestHandler, Response } from 'express';
import type { Me } from '#core/accounts/token.ts';
import { rules } from '#core/rules.ts';
import { settings } from '#core/settings.ts';
import { authenticate } from './authenticate.ts';
import { isFull, keepUntilClosed } from './backlog.ts';
import { draining } from './draining.ts';
import type { Bucket } from './bucket.ts';
import type { Check, LimitName } from './limits.ts';
import type { Input, Operation, Reply } from './operation.ts';
import { problemReply, problemType } from './problem.ts';
import { createRecent } from './recent.ts';
import { noteRequest, requestIdOf } from './requestLog.ts';
import { assertContract } from './send.ts';
import { refuseTricks } from './strict.ts';

/** Answers a request if it is a poll in good order, else says false: Express takes it, and says what is wrong. */
export type Polls = (request: Request, response: Response) => boolean;

interface Lane {
  operation: Operation;
  path: RegExp;
  buckets: Bucket[];
}

/** What an address says: it says the same each time, so it is read once. */
interface Known {
  lane: Lane;
  input: Input;
}

const knownBytes = 16 * 1024 * 1024;

/**
 * A lane of their own for polls, in front of Express: nine requests in ten take it. They pass the same
 * authentication, limits, validation, log and measurement as all others; the headers of the layers are the same for
 * each answer, so they are taken once and sent in one piece. What a layer takes of a poll: docs/performance.md.
 * @param layers what every other request runs through first
 */
export function createPolls(
  operations: Operation[],
  limit: (name: LimitName) => Check,
  layers: RequestHandler[],
): Polls {
  const headers = headersOf(layers, 'application/json; charset=utf-8');
  const problemHeaders = headersOf(layers, problemType);
  const lanes = operations.filter(({ poll, method }) => poll && method === 'get').map(laneOf);
  const known = createRecent<Known>(knownBytes, 300);

  return (request, response) => {
    if (request.method !== 'GET' || isForeign(request)) return false;
    const remembered = known.get(request.url);
    const poll = remembered ?? read(request.url);
    const me = poll && admit(poll.lane, request);
    if (!me) return false;
    if (!remembered) known.set(request.url, poll); // not before it is known whose: strangers fill nothing
    void answer(poll, me, request, response);
    return true;
  };

  function laneOf(operation: Operation): Lane {
    const buckets = operation.limits.flatMap((name) => limit(name).bucket ?? []);
    if (buckets.length < operation.limits.length)
      throw new Error(`${operation.path}: a poll's limits are buckets`);
    return {
      operation,
      path: new RegExp(`^${operation.path.replaceAll(/\{(\w+)\}/g, '(?<$1>[\\w-]+)')}$`),
      buckets,
    };
  }

  function read(url: string): Known | undefined {
    if (url.length > rules.longestUrl) return undefined;
    const end = url.indexOf('?');
    const path = end < 0 ? url : url.slice(0, end);
    const search = end < 0 ? '' : url.slice(end + 1);
    const lane = lanes.find((one) => one.path.test(path));
    const input = lane && inputOf(lane, path, search);
    return input && { lane, input };
  }

  async function answer({ lane, input }: Known, me: Me, request: Request, response: Response): Promise<void> {
    const startedMs = performance.now();
    const { operation } = lane;
    // Beside the response, not on it: adding a field to the response would change its hidden class, which is slow.
    const locals: Response['locals'] = { operation, me, requestId: requestIdOf(request) };
    let reply: Reply;
    let failed = false;
    try {
      reply = await operation.run({
        params: input.params,
        query: input.query,
        body: input.body,
        me,
        idempotencyKey: undefined,
        from: nowhere,
        onRepeat: () => undefined,
        onClose: (listener) => void response.once('close', listener),
      });
      assertContract(operation, reply);
    } catch (error) {
      failed = true;
      reply = problemReply(error, locals);
    }
    const left = response.closed;
    if (!left) send(response, reply, failed ? problemHeaders : headers, locals.requestId);
    if (!left && response.writableLength > 0) keepUntilClosed(me.userId, response.writableLength, response);
    const asked = { method: 'GET', params: input.params as Request['params'] };
    noteRequest(asked, locals, left ? 499 : reply.status, startedMs);
  }
}

// Whether other origins may read the answer is for Express's layers to say.
const isForeign = (request: Request): boolean =>
  settings.corsOrigins.length > 0 && request.headers.origin !== undefined;

function inputOf({ operation, path }: Lane, sentPath: string, search: string): Input | undefined {
  const query = parseQuery(search);
  const params = path.exec(sentPath)?.groups ?? {};
  try {
    refuseTricks(query);
    return operation.parse({ params, query, body: {} });
  } catch {
    return undefined;
  }
}

function admit({ operation, buckets }: Lane, request: Request): Me | undefined {
  let me: Me | undefined;
  try {
    me = authenticate(request, operation.auth);
  } catch {
    return undefined;
  }
  if (me && isFull(me.userId)) return undefined;
  for (const bucket of buckets) if (me && bucket.take(me.userId) > 0) return undefined;
  return me;
}

function send(response: Response, reply: Reply, headers: string[], requestId: string): void {
  const text = JSON.stringify(reply.body);
  const sent = [...headers, 'X-Request-Id', requestId, 'Content-Length', String(Buffer.byteLength(text))];
  for (const name in reply.headers) sent.push(name, reply.headers[name] ?? '');
  if (draining.isActive()) sent.push('Connection', 'close');
  response.writeHead(reply.status, sent);
  response.end(text);
}

const nowhere = (): string => {
  throw new Error('A poll does not ask where it comes from');
};

/** What the layers would set on any response, as the flat list that writeHead takes. */
function headersOf(layers: RequestHandler[], type: string): string[] {
  const set = new Map([['Content-Type', type]]);
  const response = {
    locals: {},
    setHeader: (name: string, value: unknown) => void set.set(name, String(value)),
    removeHeader: (name: string) => void set.delete(name),
    once: () => undefined,
  };
  // A response that only collects: the layers' headers depend on nothing else of it, nor on the request.
  for (const layer of layers) void layer({ headers: {} } as never, response as never, () => undefined);
  set.delete('X-Request-Id');
  return [...set].flat();
}
