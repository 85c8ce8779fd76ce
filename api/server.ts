import http, { IncomingMessage, ServerResponse, type Server } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Request, Response } from 'express';
import { rules } from '#core/rules.ts';
import { settings } from '#core/settings.ts';
import type { Door } from './app.ts';
import { draining } from './draining.ts';

const keepAliveMs = 65_000; // longer than the routers in front of us (60 s), so that they close first
const slowestMs = rules.slowestRequestSeconds * 1000; // for a whole request to come in
const drainMs = 20_000;

/**
 * The HTTP server of a door. Express gives every request and response its prototypes, whereupon V8 gives each a hidden
 * class of its own (120 µs a request, expressjs/express#5998), and classes of our own, born with them, cost every poll
 * 6 µs. So node's own classes take Express's members on: there is nothing left to swap.
 */
export function createServer({ app, polls }: Door): Server {
  app.request = takeOn(IncomingMessage.prototype, app.request);
  app.response = takeOn(ServerResponse.prototype, app.response);

  const server = http.createServer(
    {
      keepAliveTimeout: keepAliveMs,
      headersTimeout: slowestMs,
      requestTimeout: slowestMs,
      connectionsCheckingInterval: 5_000,
    },
    (incoming, outgoing) => {
      const [request, response] = [incoming as Request, outgoing as Response]; // by what they have taken on
      if (!polls(request, response)) app(request, response);
    },
  );
  server.timeout = keepAliveMs; // a connection on which nothing moves is cut, even with data left to send
  return server;
}

/** Copies to `base` the members that `prototype`, which inherits from it, adds. */
function takeOn<Prototype extends object>(base: object, prototype: Prototype): Prototype {
  for (let layer: object = prototype; layer !== base; layer = Object.getPrototypeOf(layer) as object)
    for (const [name, member] of Object.entries(Object.getOwnPropertyDescriptors(layer)))
      if (!Object.hasOwn(base, name) || name === 'app') Object.defineProperty(base, name, member);
  return base as Prototype;
}

/**
 * Stops a server without losing an answer: /readyz says no while balancers look elsewhere, then held requests are
 * answered, no connection is accepted or kept, and what is still open after 20 s is cut.
 * @param graceMs how long it goes on serving once it is not ready
 */
export async function drain(server: Server, graceMs = settings.drainSeconds * 1000): Promise<void> {
  draining.announce();
  if (graceMs > 0) await sleep(graceMs);
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  draining.begin();
  const sweep = setInterval(() => server.closeIdleConnections(), 100);
  const cut = setTimeout(() => server.closeAllConnections(), drainMs);
  await closed;
  clearInterval(sweep);
  clearTimeout(cut);
}
