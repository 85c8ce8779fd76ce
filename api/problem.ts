import type { ErrorRequestHandler, Response } from 'express';
import { Problem, problems, type ProblemCode } from '#core/errors.ts';
import { log } from '#core/log.ts';
import { isOutage } from './outage.ts';

/**
 * Turns whatever was thrown into RFC 9457 problem details: the one place where errors become answers.
 * What nobody foresaw is logged with its stack and answered without details.
 */
export const answerProblem: ErrorRequestHandler = (error: unknown, _request, response, next) => {
  if (response.headersSent) {
    next(error); // Express closes the connection: half an answer must not look like a whole one
    return;
  }
  const problem = asProblem(error);
  if (problem.code === 'internal')
    log.error({ err: error, request_id: response.locals.requestId }, 'unforeseen');
  if (problem.code === 'unavailable' && error !== problem)
    log.warn({ err: error, request_id: response.locals.requestId }, 'outage');
  send(problem, response);
};

function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  const fromParser = parserProblem(error);
  if (fromParser) return fromParser;
  if (isOutage(error)) return new Problem('unavailable');
  return new Problem('internal');
}

// What Express's router and body-parser throw (http-errors): their `type` and status, never their message.
const parserCodes: Record<string, ProblemCode> = {
  'entity.parse.failed': 'malformed_json',
  'entity.too.large': 'too_large',
  'encoding.unsupported': 'unsupported_media_type',
  'charset.unsupported': 'unsupported_media_type',
};

function parserProblem(error: unknown): Problem | undefined {
  if (!(error instanceof Error)) return undefined;
  const type: unknown = Reflect.get(error, 'type');
  const code = typeof type === 'string' ? parserCodes[type] : undefined;
  if (code) return new Problem(code);
  const status: unknown = Reflect.get(error, 'status');
  return typeof status === 'number' && status >= 400 && status < 500 ? new Problem('invalid') : undefined;
}

function send(problem: Problem, response: Response): void {
  const { code, status } = problem;
  const title = problems[code][1];
  const document = {
    type: `urn:minuet:problem:${code}`,
    title,
    status,
    code,
    detail: problem.message,
    instance: `urn:minuet:request:${response.locals.requestId}`,
    ...problem.extra,
  };
  if (code === 'unavailable') response.setHeader('Retry-After', '1');
  if (status === 401) response.setHeader('WWW-Authenticate', challenge(code));
  response.locals.code = code;
  response.status(status).type('application/problem+json').send(JSON.stringify(document));
}

// RFC 6750 section 3: no error parameter when no credentials were sent.
const challenge = (code: ProblemCode) =>
  code === 'unauthenticated' ? 'Bearer realm="minuet"' : 'Bearer realm="minuet", error="invalid_token"';
