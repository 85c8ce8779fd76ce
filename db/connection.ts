import { createHash } from 'node:crypto';
import pg from 'pg';
import { settings } from '#core/settings.ts';

const toPrepare = '/* prepared */ ';

/**
 * A statement of the hot path: each connection plans it once and keeps the plan (PREPARE), where planning it for
 * every call costs Postgres more than running it. It names its columns, so that a migration beside it does not change
 * what it returns. Not for one whose best plan depends on its parameters.
 */
export const prepared = (text: string): string => toPrepare + text;

export const isPrepared = (text: string): boolean => text.startsWith(toPrepare);

/**
 * SQL: any of an array parameter, in a prepared statement. Of a bare one Postgres sees the length when it plans anew and
 * guesses at ten in a plan to be kept, which then looks the dearer and is never kept.
 */
export const anyOf = (array: string): string => `ANY (ARRAY(SELECT unnest(${array})))`;

export const shortMs = settings.databaseStatementSeconds * 1000;
const longMs = settings.databaseLongStatementSeconds * 1000;
/** PostgreSQL ends a statement by itself. A server that says nothing for so much longer hangs, and the connection with it. */
const answerMs = 500;

const toTakeLonger = '/* longer */ ';
export const noLimit = `${toTakeLonger}SET LOCAL statement_timeout = 0`;
export const longLimit = `${toTakeLonger}SET LOCAL statement_timeout = ${longMs}`;

let losses = 0;

/** How many connections this process has lost. */
export const connectionsLost = (): number => losses;

/** A connection as Sequelize opens it. Each of its statements has a time limit here too, should the server hang. */
export class Client extends pg.Client {
  /**
   * Sequelize listens for a connection's errors a moment after it is open. Postgres may end it in that very moment, and
   * an error without a listener ends the process.
   */
  constructor(config?: pg.ClientConfig) {
    super(config);
    this.on('error', () => (losses += 1)); // the next query on it fails
    const query = this.query.bind(this) as (text: unknown, ...rest: unknown[]) => never;
    let limitMs = shortMs;

    const endIfUseless = (error: Error) => {
      const isSilent = error.message === 'Query read timeout';
      const isStandby = Reflect.get(error, 'code') === '25006'; // the primary is elsewhere now
      if (isSilent || isStandby) this.connection.stream.destroy();
    };
    const judged = (one: unknown): unknown => {
      if (!isCallback(one)) return one;
      return (error: Error | null, result: unknown) => {
        if (error) endIfUseless(error);
        one(error, result);
      };
    };

    this.query = (text: unknown, ...rest: unknown[]) => {
      if (typeof text !== 'string') return query(text, ...rest);
      if (text.startsWith(toTakeLonger)) limitMs = text.startsWith(noLimit) ? 0 : longMs;
      const limit = limitMs > 0 ? { query_timeout: limitMs + answerMs } : {};
      if (text === 'COMMIT;' || text === 'ROLLBACK;') limitMs = shortMs;
      const sent: unknown = query({ text, ...named(text), ...limit }, ...rest.map(judged));
      if (sent instanceof Promise) sent.catch(endIfUseless);
      return sent as never;
    };
  }
}

type Callback = (error: Error | null, result: unknown) => void;
const isCallback = (one: unknown): one is Callback => typeof one === 'function';

/** To pg a statement with a name is one to prepare; Sequelize knows no names. */
const named = (text: string): { name?: string } => (isPrepared(text) ? { name: nameOf(text) } : {});

const names = new Map<string, string>();

function nameOf(text: string): string {
  const name = names.get(text) ?? createHash('sha256').update(text).digest('base64url');
  names.set(text, name);
  return name;
}
