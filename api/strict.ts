import { Problem } from '#core/errors.ts';

const deepest = 12;
const forbiddenKeys = new Set(['__proto__', 'constructor', 'prototype']);
// NUL, which Postgres cannot store, and lone surrogates, which jsonb refuses.
const forbiddenText = /[\0\p{Cs}]/u;

/**
 * Refuses what no schema should have to think of: keys that reach for prototypes, text that the database
 * cannot hold, nesting without end.
 * @throws Problem `invalid`
 */
export function refuseTricks(value: unknown, depth = 0): void {
  if (typeof value === 'string') {
    if (forbiddenText.test(value))
      throw new Problem('invalid', 'Text contains characters that cannot be stored');
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  if (depth >= deepest) throw new Problem('invalid', `Nested deeper than ${deepest} levels`);
  for (const key of Object.keys(value)) {
    if (forbiddenKeys.has(key)) throw new Problem('invalid', `The key ${key} is not allowed`);
    if (forbiddenText.test(key))
      throw new Problem('invalid', 'A key contains characters that cannot be stored');
    refuseTricks(Reflect.get(value, key), depth + 1);
  }
}
