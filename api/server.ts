import http, { IncomingMessage, ServerResponse, type Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Express } from 'express';
import { draining } from './draining.ts';

const keepAliveMs = 65_000; // longer than the routers in front of us (60 s), so that they close first
const drainMs = 20_000;

/**
 * The HTTP server of an app. Requests and responses are born with Express's prototypes: otherwise Express swaps
 * both at every request and V8 gives each a hidden class of its own (80 µs a request against 28,
 * expressjs/express#5998).
 */
export function createServer(app: Express): Server {
  function ExpressRequest(this: IncomingMessage, socket: Socket) {
    IncomingMessage.call(this, socket);
  }
  ExpressRequest.prototype = app.request;

  function ExpressResponse(this: ServerResponse, request: IncomingMessage) {
    ServerResponse.call(this, request);
  }
  ExpressResponse.prototype = app.response;

  const server = http.createServer(
    {
      // Constructors in the old style, which the types of classes cannot express.
      IncomingMessage: ExpressRequest as unknown as typeof IncomingMessage,
      ServerResponse: ExpressResponse as unknown as typeof ServerResponse,
      keepAliveTimeout: keepAliveMs,
      headersTimeout: keepAliveMs + 1000,
    },
    app,
  );
  return server;
}

/**
 * Stops a server without losing an answer: /readyz says no, held requests are answered, no connection is
 * accepted or kept, and what is still open after 20 s is cut.
 */
export async function drain(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  draining.begin();
  const sweep = setInterval(() => server.closeIdleConnections(), 100);
  const cut = setTimeout(() => server.closeAllConnections(), drainMs);
  await closed;
  clearInterval(sweep);
  clearTimeout(cut);
}
