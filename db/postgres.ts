import { createHash } from 'node:crypto';
import pg from 'pg';
import { QueryTypes, Sequelize, type Transaction } from 'sequelize';
import { clock } from '#core/clock.ts';
import { settings } from '#core/settings.ts';

const toPrepare = '/* prepared */ ';

/**
 * A statement of the hot path: each connection plans it once and keeps the plan (PREPARE), where planning it for
 * every call costs Postgres more than running it. It names its columns, so that a migration beside it does not change
 * what it returns. Not for one whose best plan depends on its parameters.
 */
export const prepared = (text: string): string => toPrepare + text;

/**
 * SQL: any of an array parameter, in a prepared statement. Of a bare one Postgres sees the length when it plans anew and
 * guesses at ten in a plan to be kept, which then looks the dearer and is never kept.
 */
export const anyOf = (array: string): string => `ANY (ARRAY(SELECT unnest(${array})))`;

/** A connection as Sequelize opens it. */
class Client extends pg.Client {
  /**
   * Sequelize listens for a connection's errors a moment after it is open. Postgres may end it in that very moment, and
   * an error that nobody listens for ends the process.
   */
  constructor(config?: pg.ClientConfig) {
    super(config);
    this.on('error', () => undefined); // whoever asks next is told
    const query = this.query.bind(this) as (text: unknown, ...rest: unknown[]) => never;
    this.query = (text: unknown, ...rest: unknown[]) => query(named(text), ...rest);
  }
}

/** To pg a statement with a name is one to prepare; Sequelize knows no names. */
const named = (text: unknown): unknown =>
  typeof text === 'string' && text.startsWith(toPrepare) ? { name: nameOf(text), text } : text;

const names = new Map<string, string>();

function nameOf(text: string): string {
  const name = names.get(text) ?? createHash('sha256').update(text).digest('base64url');
  names.set(text, name);
  return name;
}

/** The one connection pool of this process. Connects at the first query. */
export const sequelize = new Sequelize(settings.databaseUrl, {
  dialect: 'postgres',
  dialectModule: Object.assign(Object.create(pg) as typeof pg, { Client }),
  logging: false,
  // A kept plan is made for tables as large as they were then: after so many uses a connection makes place for a new one.
  pool: { max: settings.databasePool, min: 1, acquire: 10_000, idle: 30_000, maxUses: 1000 },
  dialectOptions: {
    application_name: 'minuet',
    keepAlive: true,
    // A process that freezes in the middle of a transaction would keep its locks, and hold up every sweeper, until it
    // goes on: rounds of others would end seconds late.
    idle_in_transaction_session_timeout: settings.databaseIdleSeconds * 1000,
  },
  define: { underscored: true, timestamps: false },
});

let statements = 0;

/** How many statements this process has sent since it started: the tests count with it. */
export const statementCount = (): number => statements;

/**
 * Runs one SQL statement and returns its rows.
 * @param text SQL with $1, $2, … for the parameters
 * @param bind the parameters; arrays and dates as pg takes them
 * @param transaction the open transaction, if any
 */
export async function sql<Row extends object>(
  text: string,
  bind: unknown[] = [],
  transaction?: Transaction,
): Promise<Row[]> {
  statements += 1;
  const options = { bind, type: QueryTypes.SELECT as const, raw: true, ...(transaction && { transaction }) };
  return sequelize.query<Row>(text, options);
}

/** Measures this process's clock against Postgres's. */
export const synchronizeClock = (): Promise<void> =>
  clock.synchronize(async () => {
    const [row] = await sql<{ ms: number }>(
      'SELECT extract(epoch FROM clock_timestamp())::double precision * 1000 AS ms',
    );
    return row?.ms ?? 0;
  });
