import type { Express, Request, RequestHandler, Response } from 'express';
import { createCall } from './call.ts';
import { draining } from './draining.ts';
import type { Check, LimitName } from './limits.ts';
import type { Operation, Reply } from './operation.ts';
import { noteRequest, requestIdOf } from './requestLog.ts';
import { assertContract } from './send.ts';
import { through } from './through.ts';

/**
 * Puts the polls in front of the layers that every other request passes. They pass the same authentication,
 * limits, validation, log and measurement; the headers of the layers are the same for each answer, so they are
 * taken once and sent in one piece. What goes wrong passes the layers themselves on its way to the problem.
 * @param layers what would have run before a poll, the same for every request
 * @param byRequest what depends on the request (CORS); none, unless other origins are configured
 */
export function mountPolls(
  app: Express,
  operations: Operation[],
  limit: (name: LimitName) => Check,
  layers: RequestHandler[],
  byRequest: RequestHandler[],
): void {
  const headers = headersOf(layers);
  for (const operation of operations.filter(({ poll, method }) => poll && method === 'get'))
    app.get(
      operation.path.replaceAll(/\{(\w+)\}/g, ':$1'),
      answerPoll(operation, limit, { layers, byRequest, headers }),
    );
}

function answerPoll(
  operation: Operation,
  limit: (name: LimitName) => Check,
  {
    layers,
    byRequest,
    headers,
  }: { layers: RequestHandler[]; byRequest: RequestHandler[]; headers: string[] },
): RequestHandler {
  const call = createCall(operation, limit);
  return async (request, response) => {
    const startedMs = performance.now();
    for (const layer of byRequest) await through(layer, request, response);
    let reply: Reply;
    try {
      reply = await call(request, response);
      assertContract(operation, reply);
    } catch (error) {
      for (const layer of layers) await through(layer, request, response);
      throw error;
    }
    if (response.closed) noteRequest(request, response, 499, startedMs);
    else {
      sendPoll(request, response, reply, headers);
      noteRequest(request, response, reply.status, startedMs);
    }
  };
}

function sendPoll(request: Request, response: Response, reply: Reply, headers: string[]): void {
  const text = JSON.stringify(reply.body);
  const requestId = requestIdOf(request);
  response.locals.requestId = requestId;
  const sent = [...headers, 'X-Request-Id', requestId, 'Content-Length', String(Buffer.byteLength(text))];
  if (draining.isActive()) sent.push('Connection', 'close');
  response.writeHead(reply.status, sent);
  response.end(text);
}

/** What the layers would set on any response, as the flat list that writeHead takes. */
function headersOf(layers: RequestHandler[]): string[] {
  const set = new Map<string, string>([['Content-Type', 'application/json; charset=utf-8']]);
  const response = {
    locals: {},
    setHeader: (name: string, value: unknown) => void set.set(name, String(value)),
    removeHeader: (name: string) => void set.delete(name),
    once: () => undefined,
  };
  // A response that only collects: the layers' headers depend on nothing else of it, nor on the request.
  for (const layer of layers)
    void layer({ get: () => undefined } as never, response as never, () => undefined);
  set.delete('X-Request-Id');
  return [...set].flat();
}
