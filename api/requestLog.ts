import { randomUUID } from 'node:crypto';
import type { Request, RequestHandler, Response } from 'express';
import { log } from '#core/log.ts';
import { observeRequest } from './httpMetrics.ts';
import type { Operation } from './operation.ts';

/**
 * Gives each request its id, and writes one line and one measurement when it is over. The line holds only what
 * is named here; a URL is logged as its route, because what people put into URLs is private.
 * (pino-http makes two child loggers and serializes every header: 17–24 µs and 8 KB a held poll, measured.)
 */
export const requestLog: RequestHandler = (request, response, next) => {
  const startedMs = performance.now();
  const requestId = requestIdOf(request);
  response.locals.requestId = requestId;
  response.setHeader('X-Request-Id', requestId);
  response.once('close', () => noteRequest(request, response.locals, statusOf(response), startedMs));
  next();
};

/** Writes the line and the measurement of one request that is over. */
export function noteRequest(
  { method, params }: Pick<Request, 'method' | 'params'>,
  locals: Response['locals'],
  status: number,
  startedMs: number,
): void {
  const seconds = (performance.now() - startedMs) / 1000;
  const route = locals.operation?.path ?? '(other)';
  observeRequest(method, route, status, seconds);
  const level = levelOf(locals.operation, status);
  if (!log.isLevelEnabled(level)) return;
  log[level](
    {
      request_id: locals.requestId,
      method,
      route,
      status,
      ms: Math.round(seconds * 10_000) / 10,
      ...(locals.code && { code: locals.code }),
      ...(locals.me && { user_id: locals.me.userId }),
      ...(route.startsWith('/api/video/') && params.id && { round_id: params.id }),
    },
    'request',
  );
}

const levelOf = (operation: Operation | undefined, status: number) =>
  status >= 500 ? 'warn' : operation?.poll && (status < 400 || status === 499) ? 'debug' : 'info';

/** The id that the caller gave the request, or a new one. */
export const requestIdOf = (request: Request): string => sentId(request) ?? randomUUID();

function sentId(request: Request): string | undefined {
  const id = request.headers['x-request-id'];
  return typeof id === 'string' && /^[\w-]{8,64}$/.test(id) ? id : undefined;
}

// 499, as nginx calls it: the client left before there was an answer.
const statusOf = (response: Response): number => (response.writableFinished ? response.statusCode : 499);
