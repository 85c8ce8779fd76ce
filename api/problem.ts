import type { ErrorRequestHandler, Response } from 'express';
import { Problem, problems, type ProblemCode } from '#core/errors.ts';
import { log } from '#core/log.ts';
import { reply, type Reply } from './operation.ts';
import { noteOutage, outageOf } from './outage.ts';

export const problemType = 'application/problem+json; charset=utf-8';

/** Answers any thrown value, in Express's way. */
export const answerProblem: ErrorRequestHandler = (error: unknown, _request, response, next) => {
  if (response.headersSent) {
    next(error); // Express closes the connection: half an answer must not look like a whole one
    return;
  }
  const { status, body, headers } = problemReply(error, response.locals);
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  response.status(status).type(problemType).send(JSON.stringify(body));
};

/**
 * Turns any thrown value into RFC 9457 problem details: the one place where errors become answers.
 * An unforeseen error is logged with its stack and answered without details.
 */
export function problemReply(error: unknown, locals: Response['locals']): Reply {
  const outage = outageOf(error);
  const problem = outage ? new Problem('unavailable') : asProblem(error);
  if (outage) noteOutage(outage, { err: error, request_id: locals.requestId });
  if (problem.code === 'internal') log.error({ err: error, request_id: locals.requestId }, 'unforeseen');
  locals.code = problem.code;
  return reply(problem.status, documentOf(problem, locals.requestId), headersOf(problem));
}

function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  const fromParser = parserProblem(error);
  if (fromParser) return fromParser;
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

const documentOf = ({ code, status, message, extra }: Problem, requestId: string) => ({
  type: `urn:minuet:problem:${code}`,
  title: problems[code][1],
  status,
  code,
  detail: message,
  instance: `urn:minuet:request:${requestId}`,
  ...extra,
});

const headersOf = ({ code, status, extra }: Problem): Record<string, string> => ({
  ...((code === 'unavailable' || code === 'mailbox_full') && { 'Retry-After': '1' }),
  ...(typeof extra.retry_after === 'number' && { 'Retry-After': String(extra.retry_after) }),
  ...(status === 401 && { 'WWW-Authenticate': challenge(code) }),
});

// RFC 6750 section 3: no error parameter when no credentials were sent.
const challenge = (code: ProblemCode) =>
  code === 'unauthenticated' ? 'Bearer realm="minuet"' : 'Bearer realm="minuet", error="invalid_token"';
