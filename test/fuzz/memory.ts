import { Reference } from './values.ts';

/** What answers have held so far, by the names under which they held it. */
export type Memory = ReturnType<typeof createMemory>;

const mostKept = 40;
const everywhere = '(any id)';
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** What one operation answers under one name, another takes under another. */
const alsoTaken: Record<string, readonly string[]> = {
  next_cursor: ['cursor'],
  cursor: ['after'],
  next: ['after'],
  state_version: ['seen'],
  flagged_id: ['user_id'],
  user_id: ['users'],
  flag_id: ['flags'],
  call_session_id: ['video', 'match_id', 'session_id'],
  match_id: ['video', 'matches', 'session_id'],
  restriction: ['restriction_id', 'restrictions'],
  restriction_id: ['restrictions'],
  appeal: ['appeals'],
};

/** Remembers ids, cursors, tokens and numbers, so that later requests can be about what there is. */
export function createMemory() {
  const kept = new Map<string, unknown[]>();

  function keep(name: string, value: unknown): void {
    for (const key of [name, ...(alsoTaken[name] ?? []), ...(isId(value) ? [everywhere] : [])]) {
      const here = kept.get(key) ?? [];
      if (!here.includes(value)) kept.set(key, [...here, value].slice(-mostKept));
    }
  }

  /** Takes note of everything in an answer; an `id` is one of the thing that it stands in. */
  function note(answer: unknown, of: readonly string[]): void {
    if (Array.isArray(answer)) for (const each of answer.slice(0, 5)) note(each, of);
    else if (typeof answer === 'object' && answer !== null)
      for (const [name, value] of Object.entries(answer))
        if (typeof value === 'object') note(value, [name]);
        else if (typeof value === 'string' || Number.isInteger(value))
          for (const called of name === 'id' ? of : [name]) keep(called, value);
  }

  /** Puts into a value what its references stand for. */
  function fill(value: unknown): unknown {
    if (value instanceof Reference) return lookUp(value);
    if (Array.isArray(value)) return value.map(fill);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, fill(inner)]));
  }

  function lookUp({ names, which, otherwise }: Reference): unknown {
    const called = names
      .flatMap((name) => kept.get(name) ?? [])
      .filter((value) => typeof value === typeof otherwise);
    const any = isId(otherwise) ? (kept.get(everywhere) ?? []) : [];
    const choice = called.length > 0 && (which % 4 !== 0 || any.length === 0) ? called : any;
    return choice.length === 0 ? otherwise : choice[which % choice.length];
  }

  /** The newest text of this name. */
  const newest = (name: string): string | undefined =>
    kept.get(name)?.findLast((value): value is string => typeof value === 'string');

  return { keep, note, fill, newest };
}

const isId = (value: unknown): boolean => typeof value === 'string' && uuid.test(value);
