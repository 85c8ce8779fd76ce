import type { z } from 'zod';
import type { problemDocument } from '#core/wire/common.ts';

type Document = z.infer<typeof problemDocument>;

/**
 * A request that did not succeed: the server's problem document (RFC 9457), or `unreachable` when no answer came.
 */
export class Problem extends Error {
  /** The stable code of the server; `unreachable` when there was no answer, `gateway` when it was somebody else's. */
  readonly code: string;
  /** HTTP status; 0 when there was no answer. */
  readonly status: number;
  /** What is wrong with which field of the body. */
  readonly errors: { path: string; message: string }[];
  /** How long the server asks us to wait, ms; 0 when it does not say. */
  readonly retryAfterMs: number;
  /** What else the document says. */
  readonly document: Document | null;

  constructor(code: string, status: number, document: Document | null = null, retryAfterMs = 0) {
    super(document?.detail ?? code);
    this.name = 'Problem';
    this.code = code;
    this.status = status;
    this.errors = document?.errors ?? [];
    this.retryAfterMs = retryAfterMs;
    this.document = document;
  }

  /** Whether the same request may well succeed in a moment. */
  get passing(): boolean {
    return this.code === 'unreachable' || this.code === 'gateway' || this.status === 503;
  }
}

/** Whether an error is a problem with one of these codes; any problem when none is given. */
export const isProblem = (error: unknown, ...codes: string[]): error is Problem =>
  error instanceof Problem && (codes.length === 0 || codes.includes(error.code));

const gateways = new Set([408, 502, 504, 522, 524]);

/** The problem that an answer without success tells of. */
export async function problemOf(response: Response): Promise<Problem> {
  const { status } = response;
  const retryAfterMs = retryAfter(response.headers.get('retry-after'));
  if (!response.headers.get('content-type')?.includes('problem+json'))
    return new Problem(gateways.has(status) ? 'gateway' : 'internal', status, null, retryAfterMs);
  const document = (await response.json()) as Document;
  return new Problem(document.code, status, document, retryAfterMs);
}

/** Seconds, as our server says it; an HTTP date is not worth a parser here. */
const retryAfter = (header: string | null): number => (Number(header) > 0 ? Number(header) * 1000 : 0);
