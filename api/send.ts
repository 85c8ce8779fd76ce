import type { Response } from 'express';
import { settings } from '#core/settings.ts';
import { keepUntilClosed } from './backlog.ts';
import { draining } from './draining.ts';
import type { Operation, Reply } from './operation.ts';

/** Sends the answer of an operation. */
export function send(response: Response, operation: Operation, reply: Reply): void {
  if (response.closed) return;
  assertContract(operation, reply);
  if (draining.isActive()) response.setHeader('Connection', 'close');
  for (const [name, value] of Object.entries(reply.headers)) response.setHeader(name, value);
  response.status(reply.status);
  if (reply.status === 204) response.end();
  else {
    const text = JSON.stringify(reply.body);
    const me = response.locals.me;
    if (me) keepUntilClosed(me.userId, text.length, response);
    response.type('application/json; charset=utf-8').send(text);
  }
}

/** In tests an answer that strays from its own contract is an error. */
export function assertContract(operation: Operation, reply: Reply): void {
  if (!settings.testing) return;
  const schema = operation.responses[reply.status];
  if (!schema) throw new Error(`${operation.method} ${operation.path} does not declare ${reply.status}`);
  if (reply.status === 204) return;
  const wire: unknown = JSON.parse(JSON.stringify(reply.body ?? null));
  const result = schema.safeParse(wire);
  if (!result.success)
    throw new Error(`${operation.method} ${operation.path} strays: ${result.error.message}`);
}
