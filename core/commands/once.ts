import { fingerprintOf, isForgotten, type Asked } from '#core/idempotency.ts';
import { Problem } from '#core/errors.ts';
import type { Draft } from './draft.ts';

/**
 * Does a piece of work once for each Idempotency-Key, and returns what it returned then. The key is one that the
 * command needs, and its scope belongs to a journey that the draft guards: of two commands with one key the second one
 * is decided again and finds the first.
 * @param work returns ids only: what it returns is stored, so never tokens
 * @throws `idempotency_mismatch` when the key was used with another request
 */
export function once<Result extends Record<string, string | number | boolean | null>>(
  draft: Draft,
  asked: Asked,
  work: () => Result,
): Result {
  const { scope, key } = asked;
  if (key === undefined) return work();
  const fingerprint = fingerprintOf(asked.request);
  const before = draft.facts.idempotencyKeys.find((one) => one.scope === scope && one.key === key);
  if (before && !isForgotten(before.created_at, draft.now)) {
    if (before.fingerprint !== fingerprint) throw new Problem('idempotency_mismatch');
    return before.result as Result;
  }
  const result = work();
  const row = { scope, key, fingerprint, result, created_at: draft.now };
  draft.writes.push({ table: 'idempotency_keys', how: 'insert', row });
  return result;
}
