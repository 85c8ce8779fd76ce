import type { TokenBox } from '../../client/api/tokens.ts';
import { createTokens } from '../../client/api/tokens.ts';

/** A request as the server would have seen it. */
export interface Seen {
  method: string;
  path: string;
  headers: Headers;
  body: unknown;
  keepalive: boolean;
}

type Reply = Response | Error | ((seen: Seen, signal: AbortSignal) => Promise<Response> | Response);

/** A server by script: each request takes the next reply. An error is a network that failed. */
export function fakeFetch(...script: Reply[]) {
  const seen: Seen[] = [];
  const fetch: typeof globalThis.fetch = async (input, init = {}) => {
    const one: Seen = {
      method: init.method ?? 'GET',
      path: input instanceof Request ? input.url : String(input),
      headers: new Headers(init.headers),
      body: typeof init.body === 'string' ? JSON.parse(init.body) : undefined,
      keepalive: init.keepalive ?? false,
    };
    seen.push(one);
    const reply = script.shift();
    if (!reply) throw new Error(`nobody expected ${one.method} ${one.path}`);
    if (reply instanceof Error) throw reply;
    return typeof reply === 'function' ? reply(one, init.signal as AbortSignal) : reply;
  };
  return { fetch, seen };
}

export const json = (body: unknown, status = 200): Response => Response.json(body, { status });

/** A problem document of our server's. */
export const problem = (status: number, code: string, headers: Record<string, string> = {}): Response =>
  new Response(
    JSON.stringify({ code, status, title: code, detail: code, type: `urn:minuet:problem:${code}` }),
    {
      status,
      headers: { 'Content-Type': 'application/problem+json', ...headers },
    },
  );

/** A network that does not answer. */
export const networkError = (): Error => new TypeError('Failed to fetch');

export function memory(entries: Record<string, string> = {}) {
  const map = new Map(Object.entries(entries));
  return {
    getItem: (key: string) => map.get(key) ?? null,
    setItem: (key: string, value: string) => void map.set(key, value),
    removeItem: (key: string) => void map.delete(key),
  };
}

/** An access token of this person, as far as a page can read it. */
export const accessOf = (person: string): string => `.${btoa(JSON.stringify({ sub: person }))}.`;

/** Somebody who is signed in. */
export function signedIn(): TokenBox {
  const tokens = createTokens(memory());
  tokens.write({ access: 'old-access', refresh: 'old-refresh' });
  return tokens;
}
