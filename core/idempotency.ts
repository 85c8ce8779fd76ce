import { createHmac } from 'node:crypto';
import { canonical } from './canonical.ts';
import { Problem } from './errors.ts';
import { rules } from './rules.ts';
import { keyFor } from './secret.ts';
import type { Tx } from './transaction.ts';

/** A request that may be repeated. */
export interface Asked {
  /** Whose key it is and for what: `guest:203.0.113.7`, `start:<user id>`. Another scope is another key. */
  scope: string;
  /** The Idempotency-Key header; without one the work is simply done. */
  key: string | undefined;
  /** The parsed request. Only its fingerprint is kept. */
  request: unknown;
}

// Keyed, because the request may hold a password: a stolen table must not become a list to try words against.
const fingerprintKey = keyFor('idempotency');

/** What is kept of a request, to tell whether a repeat is the same one. */
export const fingerprintOf = (request: unknown): string =>
  createHmac('sha256', fingerprintKey).update(canonical(request)).digest('base64url');

/** Whether a key of then is as good as new. */
export const isForgotten = (createdAt: Date, now: Date): boolean => createdAt < forgottenBefore(now);

const forgottenBefore = (now: Date): Date => new Date(now.getTime() - rules.idempotencyHours * 3_600_000);

/**
 * Does a piece of work once for each key, and returns what it returned then. The key is written in the
 * transaction of the effect: both are there or neither, and a duplicate that comes meanwhile waits for the row.
 * A key is remembered for `rules.idempotencyHours`.
 * @param work returns ids only: what it returns is stored, so never tokens
 * @throws Problem `idempotency_mismatch` when the key was used with another request
 */
export async function once<Result extends Record<string, string | number | boolean | null>>(
  tx: Tx,
  { scope, key, request }: Asked,
  work: () => Promise<Result>,
): Promise<Result> {
  if (key === undefined) return work();

  const fingerprint = fingerprintOf(request);
  const claimed = await tx.one(
    `INSERT INTO idempotency_keys AS k (scope, key, fingerprint, created_at) VALUES ($1, $2, $3, $4)
     ON CONFLICT (scope, key) DO UPDATE
       SET fingerprint = excluded.fingerprint, result = NULL, created_at = excluded.created_at
       WHERE k.created_at < $5
     RETURNING scope`,
    [scope, key, fingerprint, tx.now, forgottenBefore(tx.now)],
  );
  if (!claimed) return replay<Result>(tx, scope, key, fingerprint);

  const result = await work();
  await tx.sql('UPDATE idempotency_keys SET result = $3 WHERE scope = $1 AND key = $2', [
    scope,
    key,
    JSON.stringify(result),
  ]);
  return result;
}

async function replay<Result>(tx: Tx, scope: string, key: string, fingerprint: string): Promise<Result> {
  const before = await tx.one<{ fingerprint: string; result: Result }>(
    'SELECT fingerprint, result FROM idempotency_keys WHERE scope = $1 AND key = $2',
    [scope, key],
  );
  if (before?.fingerprint !== fingerprint) throw new Problem('idempotency_mismatch');
  return before.result;
}
