import pg from 'pg';
import { QueryTypes, Sequelize, type Transaction } from 'sequelize';
import { clock } from '#core/clock.ts';
import { settings } from '#core/settings.ts';

/**
 * Sequelize listens for a connection's errors a moment after it is open. Postgres may end it in that very moment, and an
 * error that nobody listens for ends the process.
 */
class Client extends pg.Client {
  constructor(config?: pg.ClientConfig) {
    super(config);
    this.on('error', () => undefined); // whoever asks next is told
  }
}

/** The one connection pool of this process. Connects at the first query. */
export const sequelize = new Sequelize(settings.databaseUrl, {
  dialect: 'postgres',
  dialectModule: Object.assign(Object.create(pg) as typeof pg, { Client }),
  logging: false,
  pool: { max: settings.databasePool, min: 1, acquire: 10_000, idle: 30_000 },
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
