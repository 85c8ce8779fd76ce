import http, { type Server } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Request, Response } from 'express';
import { settings } from '#core/settings.ts';
import type { Door } from './app.ts';
import { draining } from './draining.ts';

const keepAliveMs = 65_000; // longer than the routers in front of us (60 s), so that they close first
const drainMs = 20_000;

/**
 * The HTTP server of a door. Requests are what node:http makes of them, and only those that Express takes get its
 * prototypes: any class of our own for them costs every poll 6 µs, though it saves Express 50 µs of swapping them
 * (expressjs/express#5998).
 */
export const createServer = ({ app, polls }: Door): Server =>
  http.createServer(
    { keepAliveTimeout: keepAliveMs, headersTimeout: keepAliveMs + 1000 },
    (incoming, outgoing) => {
      const [request, response] = [incoming as Request, outgoing as Response]; // what a poll needs of these is there
      if (!polls(request, response)) app(request, response);
    },
  );

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
