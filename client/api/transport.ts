import type { HealthWatch } from './health.ts';
import { isProblem, Problem, problemOf } from './problem.ts';
import { backoffMs, sleep } from './sleep.ts';
import type { TokenBox, Tokens } from './tokens.ts';

/** What goes along in the address; null and undefined do not. */
export type Query = Record<string, string | number | boolean | null | undefined>;

/** One request. */
export interface Ask {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  path: string;
  query?: Query;
  body?: object;
  /** Whether the access token goes along; it does unless told. */
  anonymous?: boolean;
  /** Makes a repeat harmless where the operation itself does not. */
  idempotencyKey?: string;
  /** Ends the request and its retries. */
  signal?: AbortSignal | undefined;
  /** When to take it for lost, ms. */
  timeoutMs?: number;
  /** For how long to try again when the server cannot be reached, ms; 0: once. */
  patienceMs?: number;
  /** Outlives the page. */
  keepalive?: boolean;
}

/** Sends one request and returns the body of its answer. */
export type Send = <Answer>(ask: Ask) => Promise<Answer>;

interface Parts {
  tokens: TokenBox;
  health: HealthWatch;
  /** Where the server is: the page's own origin unless told. */
  base?: string;
  fetch?: typeof globalThis.fetch;
}

const usualTimeoutMs = 10_000;
const usualPatienceMs = 8_000;

/**
 * Makes the way to the server: bearer token, renewed when it has expired; problem documents as `Problem`s; repeated
 * while the server cannot be reached or answers 503, at growing intervals and as it asks (Retry-After).
 */
export function createTransport({ tokens, health, base = '', fetch: given }: Parts): Send {
  const fetch: typeof globalThis.fetch = given ?? ((input, init) => globalThis.fetch(input, init));
  let renewing: Promise<void> | undefined;
  return send;

  async function send<Answer>(ask: Ask): Promise<Answer> {
    const { patienceMs = usualPatienceMs, signal } = ask;
    const { person } = tokens.getSnapshot();
    const until = performance.now() + patienceMs;
    for (let failures = 1; ; failures += 1) {
      try {
        return (await authorized(ask, person)) as Answer;
      } catch (error) {
        signal?.throwIfAborted();
        if (!isProblem(error) || !error.passing) throw error;
        const delayMs = backoffMs(failures, error.retryAfterMs);
        if (performance.now() + delayMs > until) throw error;
        await sleep(delayMs, signal);
        signal?.throwIfAborted();
      }
    }
  }

  /** Once more with a new token when the first is too old. */
  async function authorized(ask: Ask, person: string | null): Promise<unknown> {
    const used = ask.anonymous ? null : tokensOf(person);
    try {
      return await once(ask, used?.access);
    } catch (error) {
      if (!used || ask.keepalive || !isProblem(error, 'token_expired', 'unauthenticated')) throw error;
      await renew(used.access);
      return once(ask, tokensOf(person)?.access);
    }
  }

  /**
   * What one person has asked for never goes out in another's name: not when it is repeated, and not when another tab
   * has signed somebody else in meanwhile.
   */
  function tokensOf(person: string | null): Tokens | null {
    const now = tokens.read();
    if (tokens.getSnapshot().person !== person) throw new Problem('unauthenticated', 401);
    return now;
  }

  async function once(
    { method, path, query, body, ...ask }: Ask,
    access: string | undefined,
  ): Promise<unknown> {
    const { timeoutMs = usualTimeoutMs, signal, idempotencyKey, keepalive } = ask;
    const expiry = new AbortController();
    const timer = setTimeout(() => expiry.abort(), timeoutMs);
    try {
      const response = await fetch(`${base}${path}${queryString(query)}`, {
        method,
        headers: {
          ...(access && { Authorization: `Bearer ${access}` }),
          ...(body && { 'Content-Type': 'application/json' }),
          ...(idempotencyKey && { 'Idempotency-Key': idempotencyKey }),
        },
        ...(body && { body: JSON.stringify(body) }),
        ...(keepalive && { keepalive }),
        signal: signal ? AbortSignal.any([signal, expiry.signal]) : expiry.signal,
        cache: 'no-store',
        credentials: 'same-origin',
      });
      if (!response.ok) throw await problemOf(response);
      const answer: unknown = response.status === 204 ? undefined : await response.json();
      health.succeeded();
      return answer;
    } catch (error) {
      if (signal?.aborted) throw error;
      const problem = isProblem(error) ? error : new Problem('unreachable', 0); // half an answer counts as none
      if (problem.passing) health.failed();
      else health.succeeded();
      throw problem;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Renews the tokens once, whoever asks meanwhile: other requests of this tab, and other tabs. */
  function renew(expired: string): Promise<void> {
    renewing ??= alone(() => exchange(expired)).finally(() => (renewing = undefined));
    return renewing;
  }

  async function exchange(expired: string): Promise<void> {
    const now = tokens.read();
    if (!now || now.access !== expired) return; // another tab was faster
    try {
      const ask: Ask = { method: 'POST', path: '/api/auth/refresh', body: { refresh_token: now.refresh } };
      const fresh = (await once(ask, undefined)) as { access_token: string; refresh_token: string };
      tokens.write({ access: fresh.access_token, refresh: fresh.refresh_token });
    } catch (error) {
      if (isProblem(error, 'unauthenticated', 'refresh_reused')) tokens.clear();
      throw error;
    }
  }
}

/** Tabs of one browser take turns where the browser has locks. */
function alone(work: () => Promise<void>): Promise<void> {
  const hasLocks = typeof navigator !== 'undefined' && 'locks' in navigator; // only secure contexts have
  return hasLocks ? navigator.locks.request('minuet.renew', work).then(() => undefined) : work();
}

function queryString(query: Query = {}): string {
  const entries = Object.entries(query).filter(([, value]) => value !== null && value !== undefined);
  return entries.length === 0
    ? ''
    : `?${new URLSearchParams(entries.map(([name, value]) => [name, String(value)])).toString()}`;
}
