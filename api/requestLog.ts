import { randomUUID } from 'node:crypto';
import type { Request, RequestHandler, Response } from 'express';
import { log } from '#core/log.ts';
import { observeRequest } from './httpMetrics.ts';

/**
 * Gives each request its id, and writes one line and one measurement when it is over. The line holds only what
 * is named here; a URL is logged as its route, because what people put into URLs is nobody's business.
 * (pino-http makes two child loggers and serializes every header: 17–24 µs and 8 KB a held poll, measured.)
 */
export const requestLog: RequestHandler = (request, response, next) => {
  const startedMs = performance.now();
  const requestId = requestIdOf(request);
  response.locals.requestId = requestId;
  response.setHeader('X-Request-Id', requestId);
  response.once('close', () => noteRequest(request, response, statusOf(response), startedMs));
  next();
};

/** Writes the line and the measurement of one request that is over. */
export function noteRequest(request: Request, response: Response, status: number, startedMs: number): void {
  const seconds = (performance.now() - startedMs) / 1000;
  observeRequest(request.method, routeOf(response), status, seconds);
  write(request, response, status, seconds);
}

/** The id that the caller gave the request, or a new one. */
export const requestIdOf = (request: Request): string => sentId(request) ?? randomUUID();

function sentId(request: Request): string | undefined {
  const id = request.headers['x-request-id'];
  return typeof id === 'string' && /^[\w-]{8,64}$/.test(id) ? id : undefined;
}

function write(request: Request, response: Response, status: number, seconds: number): void {
  const { operation, me, code, requestId } = response.locals;
  const level =
    status >= 500 ? 'warn' : operation?.poll && (status < 400 || status === 499) ? 'debug' : 'info';
  if (!log.isLevelEnabled(level)) return;
  log[level](
    {
      request_id: requestId,
      method: request.method,
      route: routeOf(response),
      status,
      ms: Math.round(seconds * 10_000) / 10,
      ...(code && { code }),
      ...(me && { user_id: me.userId }),
      ...(operation?.path.startsWith('/api/video/') && request.params.id && { round_id: request.params.id }),
    },
    'request',
  );
}

// 499, as nginx calls it: the client left before there was an answer.
const statusOf = (response: Response): number => (response.writableFinished ? response.statusCode : 499);

const routeOf = (response: Response): string => response.locals.operation?.path ?? '(other)';
