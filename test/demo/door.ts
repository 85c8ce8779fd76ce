import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { ProblemCode } from '#core/errors.ts';
import { problemDocument } from '#core/wire/common.ts';
import { breaks, count, type Ledger } from './ledger.ts';

/** One request: what to ask, what the answer looks like, and which refusals an honest person may meet. */
export interface Question<Schema extends z.ZodType> {
  method: 'GET' | 'POST' | 'PATCH';
  path: string;
  answer: Schema;
  body?: object;
  token?: string;
  may?: readonly ProblemCode[];
  signal?: AbortSignal;
  /** Called when an answer does not arrive, or says no more than that the house is away. */
  lost?: () => void;
}

/** Asks the server. Resolves with null on a refusal that was to be expected. */
export type Door = <Schema extends z.ZodType>(question: Question<Schema>) => Promise<z.output<Schema> | null>;

/** An answer that nobody expected; it is in the ledger already. */
export class Refused extends Error {
  readonly code: string;

  constructor(code: string, detail: string) {
    super(detail);
    this.name = 'Refused';
    this.code = code;
  }
}

const patienceMs = 45_000;
const longestAnswerMs = 40_000;

/**
 * Opens the server's door: JSON over kept-alive connections. Whoever is asked to come back later does; a
 * request whose answer was lost is repeated under the same Idempotency-Key.
 * @param outages whether outages are part of the play
 */
export function openDoor(url: string, ledger: Ledger, outages: boolean): Door {
  return async (question) => {
    const until = performance.now() + patienceMs;
    const request = requestOf(question);
    for (;;) {
      const came = await send(url + question.path, request, ledger);
      if (came !== 'again' && came.status < 500) return read(question, came, ledger);
      question.lost?.();
      if (came === 'again' ? !outages : !(outages && came.status === 503))
        breaks(ledger, `${nameOf(question)}: ${came === 'again' ? 'no connection' : came.status}`);
      const waitMs = came === 'again' ? 500 : retryAfterMs(came.headers);
      if (performance.now() + waitMs > until)
        throw new Refused('unavailable', `${nameOf(question)}: no answer`);
      await sleep(waitMs * (1 + Math.random()), undefined, {
        ...(question.signal && { signal: question.signal }),
      });
    }
  };
}

function requestOf({ method, body, token, signal }: Question<z.ZodType>): RequestInit {
  const timeout = AbortSignal.timeout(longestAnswerMs + patienceMs);
  return {
    method,
    headers: {
      ...(token !== undefined && { Authorization: `Bearer ${token}` }),
      ...(body && { 'Content-Type': 'application/json' }),
      ...(method === 'POST' && { 'Idempotency-Key': randomUUID() }),
    },
    ...(body && { body: JSON.stringify(body) }),
    signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
  };
}

interface Came {
  status: number;
  headers: Headers;
  body: unknown;
}

async function send(url: string, request: RequestInit, ledger: Ledger): Promise<Came | 'again'> {
  ledger.requests += 1;
  const sentMs = performance.now();
  try {
    const response = await fetch(url, request);
    const text = await response.text();
    if (!isHeld.test(url)) {
      ledger.tookMs.push(performance.now() - sentMs);
      ledger.answeredMs.push(Date.now());
    }
    const body: unknown = text === '' ? undefined : JSON.parse(text);
    const problem = response.ok ? undefined : problemDocument.safeParse(body).data;
    count(ledger.answers, problem ? `${response.status} ${problem.code}` : String(response.status));
    return { status: response.status, headers: response.headers, body };
  } catch (error) {
    if (request.signal?.aborted === true) throw error;
    count(ledger.answers, 'no connection');
    return 'again';
  }
}

const isHeld = /[?&]wait=[1-9]/;

const retryAfterMs = (headers: Headers): number =>
  Math.min(10, Number(headers.get('retry-after') ?? 1)) * 1000;

function read<Schema extends z.ZodType>(
  question: Question<Schema>,
  { status, body }: Came,
  ledger: Ledger,
): z.output<Schema> | null {
  if (status < 400) {
    const answer = question.answer.safeParse(body);
    if (answer.success) return answer.data;
    breaks(ledger, `${nameOf(question)}: an answer strays from the contract`);
    throw new Refused('astray', `${nameOf(question)}: ${z.prettifyError(answer.error)}`);
  }
  const problem = problemDocument.safeParse(body).data;
  const code = problem?.code ?? `HTTP ${status}`;
  if (question.may?.some((one) => one === code)) return null;
  breaks(ledger, `${nameOf(question)}: ${code}`);
  throw new Refused(code, `${nameOf(question)}: ${code}: ${problem?.detail ?? ''}`);
}

const nameOf = ({ method, path }: Question<z.ZodType>): string =>
  `${method} ${path.replace(/\?.*/, '').replace(/[0-9a-f]{8}-[0-9a-f-]{27}/, '…')}`;
