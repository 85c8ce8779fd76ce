import type { Transaction } from 'sequelize';
import { sequelize, sql } from '#db/postgres.ts';
import { clock } from './clock.ts';

/** One verb's transaction: its instant, its SQL, and what is to happen after the commit. */
export interface Tx {
  readonly now: Date;
  /** Runs one statement inside the transaction; see `sql` in db/postgres.ts. */
  sql<Row extends object>(text: string, bind?: unknown[]): Promise<Row[]>;
  /** As `sql`, for statements that return one row or none. */
  one<Row extends object>(text: string, bind?: unknown[]): Promise<Row | undefined>;
  /** Remembers an effect (views, jobs, wake-ups, metrics) that runs once the commit is certain, in order. */
  afterCommit(effect: () => Promise<void> | void): void;
  readonly raw: Transaction;
}

const transient = new Set(['40001', '40P01']);
const attempts = 3;

/**
 * Runs one verb in one transaction (READ COMMITTED) with one instant, then its effects.
 * Repeats after a deadlock or a serialization failure. An effect that fails does not fail the verb:
 * what it should have published is found again by the sweeper.
 * @throws whatever `work` throws, after rolling back
 */
export async function transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    const effects: (() => Promise<void> | void)[] = [];
    try {
      const result = await sequelize.transaction((raw) => work(open(raw, effects)));
      await run(effects);
      return result;
    } catch (error) {
      if (attempt >= attempts || !isTransient(error)) throw error;
    }
  }
}

function open(raw: Transaction, effects: (() => Promise<void> | void)[]): Tx {
  return {
    now: clock.now(),
    raw,
    sql: (text, bind) => sql(text, bind, raw),
    one: async (text, bind) => (await sql<never>(text, bind, raw))[0],
    afterCommit: (effect) => void effects.push(effect),
  };
}

async function run(effects: (() => Promise<void> | void)[]): Promise<void> {
  for (const effect of effects) {
    try {
      await effect();
    } catch (error) {
      onEffectFailed(error);
    }
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
