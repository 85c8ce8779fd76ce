import pg from 'pg';
import { QueryTypes, type Transaction } from 'sequelize';
import { clock } from '#core/clock.ts';
import { settings } from '#core/settings.ts';
import { Client, connectionsLost, longLimit, noLimit, shortMs } from './connection.ts';
import { Database } from './database.ts';

export { anyOf, prepared } from './connection.ts';

/** The one connection pool of this process. Connects at the first query. */
export const sequelize = new Database(settings.databaseUrl, {
  dialect: 'postgres',
  dialectModule: Object.assign(Object.create(pg) as typeof pg, { Client }),
  logging: false,
  // A kept plan is made for tables as large as they were then: after so many uses a connection makes place for a new one.
  pool: { max: settings.databasePool, min: 1, acquire: 1.5 * shortMs, idle: 30_000, maxUses: 5000 },
  dialectOptions: {
    application_name: 'minuet',
    keepAlive: true,
    connectionTimeoutMillis: shortMs,
    statement_timeout: shortMs,
    lock_timeout: shortMs,
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

/** How long the statements of a transaction may take: DATABASE_STATEMENT_SECONDS, or DATABASE_LONG_STATEMENT_SECONDS. */
export type Length = 'short' | 'long';

/** Lets the statements of a transaction take longer, from the next one on; a lock is waited for no longer than otherwise. */
export const allowLong = async (transaction: Transaction): Promise<void> =>
  void (await sequelize.query(longLimit, { transaction }));

/** Lets the statements of a transaction take as long as they need, waits for locks and idleness included: migrations. */
export async function allowAnyLength(transaction: Transaction): Promise<void> {
  await sequelize.query(noLimit, { transaction });
  await sequelize.query('SET LOCAL lock_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0', {
    transaction,
  });
}

/** As `sql`, for a statement that reads or writes much; in a transaction of its own. */
export const longSql = async <Row extends object>(text: string, bind: unknown[] = []): Promise<Row[]> =>
  sequelize.transaction(async (transaction) => {
    await allowLong(transaction);
    return sql<Row>(text, bind, transaction);
  });

let run: { name: Promise<string>; lost: number } | undefined;

/**
 * Which run of PostgreSQL this is: another after every restart or failover, when commits may have been lost. Asked again
 * after a connection was lost. Any role may ask for it, on managed servers too.
 */
export function postgresRun(): Promise<string> {
  if (run?.lost !== connectionsLost()) run = { name: readRun(), lost: connectionsLost() };
  return run.name.catch((error: unknown) => {
    run = undefined;
    throw error;
  });
}

async function readRun(): Promise<string> {
  const [row] = await sql<{ run: string }>(
    'SELECT extract(epoch FROM pg_postmaster_start_time())::text AS run',
  );
  return row?.run ?? '';
}

/** Measures this process's clock against Postgres's. */
export const synchronizeClock = (): Promise<void> =>
  clock.synchronize(async () => {
    const [row] = await sql<{ ms: number }>(
      'SELECT extract(epoch FROM clock_timestamp())::double precision * 1000 AS ms',
    );
    return row?.ms ?? 0;
  });
