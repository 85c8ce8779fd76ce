import type { Transaction } from 'sequelize';
import { allowLong, prepared, sequelize, sql, type Length } from '#db/postgres.ts';
import { clock } from './clock.ts';

/** One command's transaction: its instant, its SQL, and what is to happen after the commit. */
export interface Tx {
  /** The command's instant: when it began, or when what it follows happened. */
  readonly now: Date;
  /**
   * This command follows what happened then: its instant is no earlier, though it may have begun before and waited for
   * a lock, or in a process whose clock is behind (Lamport 1978). So instants tell the order in which things happened.
   */
  follows(instant: Date): void;
  /** Runs one statement inside the transaction, prepared; see `sql` and `prepared` in db/postgres.ts. */
  sql<Row extends object>(text: string, bind?: unknown[]): Promise<Row[]>;
  /** As `sql`, for statements that return one row or none. */
  one<Row extends object>(text: string, bind?: unknown[]): Promise<Row | undefined>;
  /** Remembers an effect (views, jobs, wake-ups, metrics) that runs once the commit is certain, in order. */
  afterCommit(effect: () => Promise<void> | void): void;
  readonly raw: Transaction;
}

/** Thrown when a row is not as it was read; the transaction is repeated. */
export class LostUpdate extends Error {
  readonly original = { code: '40001' };
}

const transient = new Set(['40001', '40P01']);
const attempts = 3;

/** Whether a command waits for its effects, or leaves them to themselves: `effectsLeft` waits for those. */
export type Effects = 'awaited' | 'left';

/**
 * Runs one command in one transaction (READ COMMITTED) with one instant, then its effects.
 * Repeats after a deadlock or a serialization failure. An effect that fails does not fail the command:
 * what it should have published is found again by the sweeper.
 * @param length how long its statements may take
 * @throws what `work` throws, after rolling back
 */
export async function transaction<T>(
  work: (tx: Tx) => Promise<T>,
  whether: Effects = 'awaited',
  length: Length = 'short',
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    const effects: (() => Promise<void> | void)[] = [];
    try {
      const result = await sequelize.transaction(async (raw) => {
        if (length === 'long') await allowLong(raw);
        return work(open(raw, effects));
      });
      const done = run(effects);
      if (whether === 'awaited') await done;
      else leave(done);
      return result;
    } catch (error) {
      if (attempt >= attempts || !isTransient(error)) throw error;
    }
  }
}

function open(raw: Transaction, effects: (() => Promise<void> | void)[]): Tx {
  let now = clock.now();
  return {
    get now() {
      return now;
    },
    follows: (instant) => {
      if (instant > now) now = instant;
    },
    raw,
    sql: (text, bind) => sql(prepared(text), bind, raw),
    one: async (text, bind) => (await sql<never>(prepared(text), bind, raw))[0],
    afterCommit: (effect) => void effects.push(effect),
  };
}

const left = new Set<Promise<void>>();

function leave(done: Promise<void>): void {
  left.add(done);
  void done.then(() => left.delete(done));
}

/** Resolves once no effect that was left to itself is under way. */
export async function effectsLeft(): Promise<void> {
  while (left.size > 0) await Promise.all(left);
}

async function run(effects: (() => Promise<void> | void)[]): Promise<void> {
  for (const [index, effect] of effects.entries())
    try {
      await effect();
    } catch (error) {
      onEffectFailed(error);
      leave(run(effects.slice(index + 1))); // one wait for a server that is away is enough for the caller
      return;
    }
}

function isTransient(error: unknown): boolean {
  const code = (error as { original?: { code?: string } }).original?.code;
  return code !== undefined && transient.has(code);
}

let onEffectFailed: (error: unknown) => void = () => undefined;

/** Says where failures of effects are reported (the log). */
export const reportFailedEffects = (report: (error: unknown) => void): void => {
  onEffectFailed = report;
};
