import type { Express, RequestHandler } from 'express';
import { Problem } from '#core/errors.ts';
import { createCall } from './call.ts';
import type { Check, LimitName } from './limits.ts';
import type { Operation } from './operation.ts';
import { send } from './send.ts';

/**
 * Makes routes of operations: authenticate → limit → read the body → validate → handle → send.
 * Literal paths come before those with parameters (a brace sorts last); other methods on a known path are 405.
 */
export function mount(app: Express, operations: Operation[], limit: (name: LimitName) => Check): void {
  const paths = new Set(operations.map(({ path }) => path));
  for (const path of [...paths].sort()) {
    const here = operations.filter((operation) => operation.path === path);
    const route = app.route(path.replaceAll(/\{(\w+)\}/g, ':$1'));
    for (const operation of here) route[operation.method](serve(operation, limit));
    route.all(refuseMethod(here));
  }
}

function serve(operation: Operation, limit: (name: LimitName) => Check): RequestHandler {
  const call = createCall(operation, limit);
  return async (request, response) => send(response, operation, await call(request, response));
}

function refuseMethod(operations: Operation[]): RequestHandler {
  const methods = operations.map((operation) => operation.method.toUpperCase());
  const allow = [...methods, ...(methods.includes('GET') ? ['HEAD'] : [])].join(', ');
  return (_request, response) => {
    response.setHeader('Allow', allow);
    throw new Problem('method_not_allowed');
  };
}
