import { pino, type Logger } from 'pino';
import { settings } from './settings.ts';

const secrets = [
  'authorization',
  'password',
  'email',
  'access_token',
  'refresh_token',
  'device_token',
  'sdp',
];

/**
 * The process's log: one JSON object a line, on standard output.
 * What may be written is ids, codes, counts and durations: never tokens, e-mails, bodies or SDP. The
 * redaction is the second net under that rule, not the first.
 */
export const log: Logger = pino({
  level: settings.logLevel,
  base: { pid: process.pid },
  redact: {
    paths: secrets.flatMap((secret) => [secret, `*.${secret}`]),
    censor: '[redacted]',
  },
  serializers: { err: describe },
});

// Errors of the database carry their SQL and its parameters as properties: only what is listed here is written.
function describe(error: unknown): object {
  if (!(error instanceof Error)) return { message: String(error) };
  const code: unknown = Reflect.get(error, 'code') ?? Reflect.get(cause(error) ?? {}, 'code');
  return {
    type: error.name,
    message: error.message,
    stack: error.stack,
    ...(typeof code === 'string' && { code }),
  };
}

const cause = (error: Error): object | undefined => {
  const below: unknown = Reflect.get(error, 'original') ?? error.cause;
  return typeof below === 'object' && below !== null ? below : undefined;
};
