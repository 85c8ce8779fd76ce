import { once } from 'node:events';
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '../bench/population.ts';

/** What the way between people and house does at the moment, as shares of the requests. */
export interface Trouble {
  /** Changes that are done, and whose answer is cut off. */
  cut: number;
  /** Requests that take two seconds longer. */
  slow: number;
}

/** A change that the house has answered with success, whether or not the answer arrived. */
export interface Exchange {
  atMs: number;
  method: string;
  path: string;
  token: string;
  sent: unknown;
  answer: unknown;
}

/** What passed through. */
export interface Traffic {
  /** Answers by status. */
  statuses: Map<number, number>;
  /** Requests whose process died, or closed the connection, before it answered. */
  broken: number;
  /** What a house that is merely away or restarting must not say. */
  rude: Map<string, number>;
  acknowledged: Exchange[];
}

/** A tiny balancer: asks /readyz twice a second, and gives each request to the next process that is ready. */
export interface Balancer {
  url: string;
  trouble: Trouble;
  traffic: Traffic;
  /** Cuts every person's connections at once. */
  resetAll: () => void;
  close: () => void;
}

const checkEveryMs = 500;
const checkWithinMs = 1_000;
const slowerMs = 2_000;

/** @param doors where the processes listen */
export async function openBalancer(doors: readonly string[], random: Random): Promise<Balancer> {
  const ready = new Set(doors);
  const sockets = new Set<Socket>();
  const trouble: Trouble = { cut: 0, slow: 0 };
  const traffic: Traffic = { statuses: new Map(), broken: 0, rude: new Map(), acknowledged: [] };
  let turn = 0;

  async function check(door: string): Promise<void> {
    const signal = AbortSignal.timeout(checkWithinMs);
    const isReady = await fetch(`${door}/readyz`, { signal }).then(
      async (answer) => (await answer.arrayBuffer(), answer.ok),
      () => false,
    );
    if (isReady) ready.add(door);
    else ready.delete(door);
  }

  /** In whose order a request is offered: whoever is ready first; when nobody is, whoever is there. */
  function inTurn(): string[] {
    turn += 1;
    const all = doors.map((_, at) => doors[(at + turn) % doors.length]!);
    return [...all.filter((door) => ready.has(door)), ...all.filter((door) => !ready.has(door))];
  }

  async function pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(request).catch(() => null);
    if (body === null) return;
    if (random() < trouble.slow) await sleep(slowerMs);
    for (const door of inTurn()) {
      const came = await forward(door, request, response, body);
      if (came === 'refused') continue; // nobody listens there: nothing was sent, so another may have it
      if (came === 'broken') traffic.broken += 1;
      if (came === 'broken' || came === 'left') return void response.destroy();
      take(request, body, came);
      if (isChange(request) && random() < trouble.cut) return void response.destroy();
      response.writeHead(came.status, came.headers);
      return void response.end(came.body);
    }
    response.writeHead(503, { 'Retry-After': '1', 'Content-Type': 'application/problem+json' });
    response.end('{"type":"about:blank","title":"away","status":503,"code":"unavailable","detail":"away"}');
  }

  function take(request: IncomingMessage, sent: Buffer, { status, headers, body }: Came): void {
    const { statuses, rude, acknowledged } = traffic;
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
    if (status > 503 || (status >= 500 && status < 503) || (status === 503 && !headers['retry-after'])) {
      const what = `${request.method ?? ''} ${(request.url ?? '').split('?')[0]!.replace(/[0-9a-f-]{36}/, '…')}: ${status}`;
      rude.set(what, (rude.get(what) ?? 0) + 1);
    }
    if (status >= 300 || !isChange(request)) return;
    acknowledged.push({
      atMs: Date.now(),
      method: request.method!,
      path: request.url!,
      token: request.headers.authorization?.slice('Bearer '.length) ?? '',
      sent: parsed(sent),
      answer: parsed(body),
    });
  }

  const server = http.createServer((request, response) => void pass(request, response));
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const checking = setInterval(() => doors.forEach((door) => void check(door)), checkEveryMs);
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    trouble,
    traffic,
    resetAll: () => sockets.forEach((socket) => socket.resetAndDestroy()),
    close: () => {
      clearInterval(checking);
      server.close();
      server.closeAllConnections();
    },
  };
}

interface Came {
  status: number;
  headers: http.IncomingHttpHeaders;
  body: Buffer;
}

/** One request to one process, on a connection of its own: none is reused while it is being closed. */
function forward(
  door: string,
  { method, url, headers: { 'accept-encoding': _packed, ...headers } }: IncomingMessage, // what passes is read
  response: ServerResponse,
  body: Buffer,
): Promise<Came | 'refused' | 'broken' | 'left'> {
  return new Promise((resolve) => {
    const onward = http.request(door + url!, { method, headers, agent: false }, (answer) => {
      buffer(answer).then(
        (came) => resolve({ status: answer.statusCode!, headers: withoutHop(answer.headers), body: came }),
        () => resolve('broken'),
      );
    });
    onward.on('error', (error: NodeJS.ErrnoException) =>
      resolve(response.destroyed ? 'left' : error.code === 'ECONNREFUSED' ? 'refused' : 'broken'),
    );
    response.once('close', () => onward.destroy()); // whoever leaves is gone for the house too
    onward.end(body);
  });
}

function withoutHop({
  connection: _c,
  'keep-alive': _k,
  'transfer-encoding': _t,
  ...headers
}: http.IncomingHttpHeaders) {
  return headers;
}

const isChange = ({ method }: IncomingMessage): boolean => method !== 'GET';

function parsed(text: Buffer): unknown {
  return text.length === 0 ? undefined : JSON.parse(text.toString());
}
