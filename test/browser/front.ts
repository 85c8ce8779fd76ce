import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { buildPages } from './pages.ts';

/** What becomes of a request on its way: a network that loses it, or its answer; a proxy that cuts it short. */
export type Fate = 'passes' | 'request_lost' | 'answer_lost' | { cutAfterMs: number } | { losesIf: LooksAt };
type LooksAt = (answer: string) => boolean;

/** A request that has come by. */
export interface Passed {
  method: string;
  path: string;
  /** Whose: their bearer token. */
  token: string;
  /** Neither answered nor given up. */
  open: boolean;
}

/** The door between the browsers and the house: the test's pages, and the API behind it, all of one origin. */
export interface Front {
  address: string;
  /** Decides what becomes of each request from now on. */
  fate: (request: Passed) => Fate;
  /** Every request to the API so far, in order. */
  passed: Passed[];
  close: () => Promise<void>;
}

const types: Record<string, string> = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' };

/** Opens the door before an API. */
export async function openFront(api: string): Promise<Front> {
  const pages = await buildPages();
  const agent = new http.Agent({ keepAlive: true, maxSockets: 256 });
  const server = http.createServer((request, response) => {
    if (request.url?.startsWith('/test/')) serve(pages, request.url, response);
    else void pass(request, response);
  });
  server.keepAliveTimeout = 60_000;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const front: Front = {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    fate: () => 'passes',
    passed: [],
    close: async () => {
      agent.destroy();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return front;

  async function pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = 'GET', url = '/', headers } = request;
    const passed: Passed = { method, path: url, token: headers.authorization ?? '', open: true };
    front.passed.push(passed);
    response.once('close', () => (passed.open = false));
    const fate = front.fate(passed);
    if (fate === 'request_lost') {
      lose(response);
      return;
    }
    const onward = http.request(api + url, { method, headers, agent });
    response.once('close', () => onward.destroy()); // whoever leaves is no longer held
    if (typeof fate === 'object' && 'cutAfterMs' in fate) setTimeout(() => cut(response), fate.cutAfterMs);
    onward.on('error', () => response.destroy());
    onward.on('response', (answer) => {
      if (response.headersSent) return;
      if (fate === 'answer_lost') {
        answer.resume();
        answer.once('end', () => lose(response));
        return;
      }
      if (typeof fate === 'object' && 'losesIf' in fate) {
        void loseIf(fate.losesIf, answer, response);
        return;
      }
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    request.pipe(onward);
  }
}

/**
 * The page sees a broken answer. A connection that is merely closed would not do: Chromium resends by itself what
 * it sent on a connection that was open before.
 */
function lose(response: ServerResponse): void {
  if (response.headersSent || response.destroyed) return;
  response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': 1000 });
  response.write('{', () => response.destroy());
}

async function loseIf(isLost: LooksAt, answer: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await text(answer);
  if (isLost(body)) lose(response);
  else response.writeHead(answer.statusCode ?? 502, answer.headers).end(body);
}

function cut(response: ServerResponse): void {
  if (response.headersSent || response.destroyed) return;
  response.writeHead(504, { 'Content-Type': 'text/html' }).end('<h1>Gateway Timeout</h1>');
}

function serve(folder: string, url: string, response: ServerResponse): void {
  const file = path.join(folder, path.basename(new URL(url, 'http://test').pathname));
  try {
    const content = readFileSync(file);
    response
      .writeHead(200, { 'Content-Type': types[path.extname(file)] ?? 'application/octet-stream' })
      .end(content);
  } catch {
    response.writeHead(404).end();
  }
}
