import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { redis } from '#db/redis.ts';

/** Does something while this process has no Redis, and gives it back. */
export async function withoutRedis<T>(work: () => Promise<T>): Promise<T> {
  const ended = once(redis, 'end');
  redis.disconnect();
  await ended;
  try {
    return await work();
  } finally {
    await redis.connect();
  }
}

/** A server behind a wire that can be cut, so that nobody is there until it is mended, or freeze: nothing answers. */
export async function openWire(
  to: string,
): Promise<{ url: string; cut: () => Promise<void>; mend: () => Promise<void>; freeze: () => void }> {
  const target = new URL(to);
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(Number(target.port), target.hostname);
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(one);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        other.destroy();
        sockets.delete(one);
      });
      one.pipe(other);
    }
  });
  const listen = async (port: number) => {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  };
  const port = await listen(0);
  const url = new URL(to);
  url.hostname = '127.0.0.1';
  url.port = String(port);
  return {
    url: url.href,
    cut: async () => {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
    mend: async () => void (await listen(port)),
    freeze: () => sockets.forEach((socket) => socket.pause()),
  };
}
