import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const attempts = 3;

/**
 * Calls `start` with a free port of 127.0.0.1 and returns its result. Another process may take the port between
 * the look and the start, so a failed start is tried again on another one; the last failure is thrown.
 */
export async function onFreePort<T>(start: (port: number) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await start(await freePort());
    } catch (error) {
      if (attempt === attempts) throw error;
      await sleep(500);
    }
  }
}

/** A TCP port of 127.0.0.1 on which no process listens right now. */
export async function freePort(): Promise<number> {
  const port = await listenOnce(0, '127.0.0.1');
  if (port === undefined) throw new Error('No free port on 127.0.0.1');
  return port;
}

/** Whether a process already listens on this port of this address (or the port may not be used). */
export async function portIsTaken(port: number, host: string): Promise<boolean> {
  return (await listenOnce(port, host)) === undefined;
}

function listenOnce(port: number, host: string): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(undefined));
    server.listen({ port, host, exclusive: true }, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' ? address?.port : undefined));
    });
  });
}
