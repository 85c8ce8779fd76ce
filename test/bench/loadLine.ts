import { connect, type Socket } from 'node:net';
import { noteStatus } from './serverErrors.ts';

/** What came over a line: the status, and the body as it is. */
export interface Came {
  status: number;
  body: string;
}

/** One kept-alive connection that speaks just enough HTTP/1.1 to be asked one thing after the other. */
export interface Line {
  ask: (request: string) => Promise<Came>;
  close: () => void;
}

const headEnd = Buffer.from('\r\n\r\n');

/**
 * Opens a line. A request over it costs some 15 µs of this process, where node:http takes 100: the generator must
 * not be what a load test measures.
 */
export function openLine(port: number): Promise<Line> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.off('error', reject);
      resolve(lineOver(socket));
    });
  });
}

function lineOver(socket: Socket): Line {
  let waiting: { resolve: (came: Came) => void; reject: (error: Error) => void } | undefined;
  let came: Buffer | undefined;
  let asked = '';

  socket.on('data', (chunk: Buffer) => {
    came = came ? Buffer.concat([came, chunk]) : chunk;
    const whole = read(came);
    if (!whole) return;
    came = undefined;
    noteStatus(whole.status, asked);
    const { resolve } = waiting ?? {};
    waiting = undefined;
    resolve?.(whole);
  });
  const end = (error?: Error) => {
    waiting?.reject(error ?? new Error('the connection was closed'));
    waiting = undefined;
  };
  socket.on('error', end);
  socket.on('close', () => end());
  return {
    ask: (request) =>
      new Promise((resolve, reject) => {
        waiting = { resolve, reject };
        asked = request.slice(0, request.search(/[?\r]| HTTP/));
        if (socket.destroyed) end();
        else socket.write(request);
      }),
    close: () => socket.destroy(),
  };
}

/** The answer, once all of it is there. */
function read(buffer: Buffer): Came | null {
  const end = buffer.indexOf(headEnd);
  if (end < 0) return null;
  const head = buffer.toString('latin1', 0, end);
  const status = Number(head.slice(9, 12));
  const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
  const from = end + headEnd.length;
  if (buffer.length < from + length) return null;
  return { status, body: buffer.toString('utf8', from, from + length) };
}

/** A request as text. */
export function requestText(method: string, path: string, token: string, body?: object): string {
  const text = body === undefined ? '' : JSON.stringify(body);
  const type =
    body === undefined
      ? ''
      : `Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(text)}\r\n`;
  return `${method} ${path} HTTP/1.1\r\nHost: minuet\r\nAuthorization: Bearer ${token}\r\n${type}\r\n${text}`;
}
