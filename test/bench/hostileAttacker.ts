import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { openLine } from './loadLine.ts';

// A process that attacks one operation: `fork` it and send it an Attack. It answers with how often each status came.

export interface Attack {
  port: number;
  request: string;
  seconds: number;
}
export type Statuses = Record<string, number>;

const hammers = 16;
const slow = 40;

process.on('message', (attack: Attack) => {
  void run(attack).then((statuses) => process.send?.(statuses));
});

async function run({ port, request, seconds }: Attack): Promise<Statuses> {
  const untilMs = performance.now() + seconds * 1000;
  const statuses: Statuses = {};
  const sockets = [...slowReaders(port, request), ...slowWriters(port, request), ...halfOpen(port)];
  const dripping = setInterval(() => {
    for (const socket of sockets) if (socket.writable && drips.has(socket)) socket.write(' ');
  }, 500);
  await Promise.all(Array.from({ length: hammers }, () => hammer(port, request, untilMs, statuses)));
  clearInterval(dripping);
  for (const socket of sockets) socket.destroy();
  return statuses;
}

/** As many requests as one connection gets answered. */
async function hammer(port: number, request: string, untilMs: number, statuses: Statuses): Promise<void> {
  while (performance.now() < untilMs) {
    const line = await openLine(port).catch(() => null);
    while (line && performance.now() < untilMs) {
      const late = sleep(Math.max(1, untilMs - performance.now()), null);
      const came = await Promise.race([line.ask(request).catch(() => null), late]);
      if (!came) break;
      statuses[came.status] = (statuses[came.status] ?? 0) + 1;
    }
    line?.close();
    if (!line) await sleep(20);
  }
}

/** Ask eight times at once, and take no answer. */
const slowReaders = (port: number, request: string): Socket[] =>
  opened(port, (socket) => {
    socket.pause();
    socket.write(request.repeat(8));
  });

const drips = new WeakSet<Socket>();

/** Send all but the end of a request, then a byte now and then. */
const slowWriters = (port: number, request: string): Socket[] =>
  opened(port, (socket) => {
    drips.add(socket);
    socket.write(request.slice(0, -5));
  });

/** Begin a request and say no more. */
const halfOpen = (port: number): Socket[] =>
  opened(port, (socket) => void socket.write('GET /api/me HTTP/1.1\r\n'));

const opened = (port: number, begin: (socket: Socket) => void): Socket[] =>
  Array.from({ length: slow }, () => {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.on('error', () => undefined);
    begin(socket);
    return socket;
  });
