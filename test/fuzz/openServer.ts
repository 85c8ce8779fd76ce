import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createApp } from '#api/app.ts';
import { createServer } from '#api/server.ts';
import { onEnd } from '../end.ts';

/** Starts the API with limits that no test reaches; returns its address. It stops when the tests end. */
export async function openServer(): Promise<string> {
  const server = createServer(createApp({ rateLimitFactor: 1000 }));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onEnd(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
