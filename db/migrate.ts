import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { SequelizeStorage, Umzug } from 'umzug';
import { allowAnyLength, sequelize } from './postgres.ts';

/** One step of the schema: runs its statements inside one transaction. */
export type Migration = (step: { sql: (text: string) => Promise<void> }) => Promise<void>;

const folder = path.join(import.meta.dirname, 'migrations');
const lockNumber = 471_100_180;

/**
 * Brings the schema up to date and returns the names of the steps that were run.
 * Two processes that start at once take turns (a Postgres advisory lock).
 */
export async function migrate(): Promise<string[]> {
  return sequelize.transaction(async (turn) => {
    await allowAnyLength(turn);
    await sequelize.query(`SELECT pg_advisory_xact_lock(${lockNumber})`, { transaction: turn });
    const steps = await (await umzug()).up();
    return steps.map((step) => step.name);
  });
}

/** The names of the steps that have not been run yet: readiness asks. */
export async function pendingMigrations(): Promise<string[]> {
  return (await (await umzug()).pending()).map((step) => step.name);
}

async function umzug(): Promise<Umzug> {
  const files = (await readdir(folder)).filter((file) => /^\d{4}_.*\.[jt]s$/.test(file)).sort();
  return new Umzug({
    migrations: files.map((file) => ({
      name: path.parse(file).name, // without the extension: the history is the same however the code is run
      up: () => run(file, 'up'),
      down: () => run(file, 'down'),
    })),
    storage: new SequelizeStorage({ sequelize, tableName: 'migrations' }),
    logger: undefined,
  });
}

async function run(file: string, direction: 'up' | 'down'): Promise<void> {
  const step = (await import(pathToFileURL(path.join(folder, file)).href)) as Record<
    'up' | 'down',
    Migration
  >;
  await sequelize.transaction(async (transaction) => {
    await allowAnyLength(transaction);
    await step[direction]({ sql: async (text) => void (await sequelize.query(text, { transaction })) });
  });
}
