import http, { IncomingMessage, ServerResponse, type Server } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Request, Response } from 'express';
import { settings } from '#core/settings.ts';
import type { Door } from './app.ts';
import { draining } from './draining.ts';

const keepAliveMs = 65_000; // longer than the routers in front of us (60 s), so that they close first
const drainMs = 20_000;

/**
 * The HTTP server of a door. Requests and responses are born with Express's prototypes: otherwise Express swaps
 * both at every request and V8 gives each a hidden class of its own (80 µs a request against 28,
 * expressjs/express#5998).
 */
export function createServer({ app, polls }: Door): Server {
  // Classes: V8 then knows from the start how many fields a response will have (1.2 KB each instead of 3.9).
  class Asked extends IncomingMessage {}
  class Answer extends ServerResponse {}
  app.request = adopt(Asked, app.request);
  app.response = adopt(Answer, app.response);

  return http.createServer(
    {
      IncomingMessage: Asked,
      ServerResponse: Answer,
      keepAliveTimeout: keepAliveMs,
      headersTimeout: keepAliveMs + 1000,
    },
    (request, response) => {
      const [asked, answer] = [request as Request, response as Response]; // as they were born
      if (!polls(asked, answer)) app(asked, answer);
    },
  );
}

function adopt<Prototype extends object>(born: { prototype: object }, prototype: Prototype): Prototype {
  Object.setPrototypeOf(born.prototype, prototype);
  return born.prototype as Prototype;
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
