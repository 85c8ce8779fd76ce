import { clock } from '#core/clock.ts';
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import pg from 'pg';
import { lockDraft } from '#core/commands/locked.ts';
import { transaction } from '#core/transaction.ts';
import { sql } from '#db/postgres.ts';
import { isAStory } from './cast.ts';
import { cloneDatabase } from './database.ts';
import { until } from './until.ts';

const house = path.resolve(import.meta.dirname, '..');

/** What a server says: a letter, the length, and the rest. */
function message(letter: string, rest: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeInt32BE(4 + rest.length);
  return Buffer.concat([Buffer.from(letter), length, rest]);
}

/** Lets somebody in, and in the same breath tells them that it is going down. */
const welcomeAndFarewell = Buffer.concat([
  message('R', Buffer.alloc(4)),
  message('Z', Buffer.from('I')),
  message('E', Buffer.from('SFATAL\0VFATAL\0C57P01\0Mterminating connection\0\0')),
]);

const asks = `
  const { sql } = await import('#db/postgres.ts');
  await sql('SELECT 1').catch(() => console.log('refused'));
  process.exit();`;

describe('a connection to PostgreSQL', () => {
  it('that is ended in the moment in which it opens does not end the process', async () => {
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => socket.end(welcomeAndFarewell));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const env = { ...process.env, DATABASE_URL: `postgres://minuet@127.0.0.1:${port}/minuet` };
    const args = ['--import', 'tsx', '--input-type=module', '--eval', asks];
    const said = await new Promise<string>((resolve) => {
      execFile(process.execPath, args, { cwd: house, env }, (_error, out, complaint) =>
        resolve(out + complaint),
      );
    });
    server.close();
    expect(said).to.equal('refused\n');
  });
});

describe('a migration', function () {
  this.timeout(60_000);

  it('may take longer than a transaction may be idle', async () => {
    const database = await cloneDatabase();
    const name = new URL(database.url).pathname.slice(1);
    const other = new pg.Client({ connectionString: database.url });
    await other.connect();
    await other.query('BEGIN; LOCK TABLE migrations'); // the list of steps cannot be read until this is over
    const env = { ...process.env, DATABASE_URL: database.url, DATABASE_IDLE_SECONDS: '1' };
    const migrated = promisify(execFile)(process.execPath, ['--import', 'tsx', 'bin/migrate.ts'], {
      cwd: house,
      env,
    });
    migrated.catch(() => undefined); // looked at below
    try {
      await until(async () => (await idleForMs(name)) > 1_500, 40_000);
      await other.query('COMMIT');
      expect((await migrated).stdout).to.equal('The schema is up to date\n');
    } finally {
      await other.end();
      await database.drop();
    }
  });
});

/** For how long the transaction that holds the lock of migrations has been idle; far too long when it was ended. */
async function idleForMs(database: string): Promise<number> {
  const [row] = await sql<{ waits: boolean; ms: number | null }>(
    `SELECT bool_or(NOT l.granted) AS waits,
            max(extract(epoch FROM $2::timestamptz - a.state_change) * 1000)
              FILTER (WHERE l.locktype = 'advisory')::float AS ms
       FROM pg_stat_activity a JOIN pg_locks l USING (pid) WHERE a.datname = $1`,
    [database, clock.now()],
  );
  return row?.waits ? (row.ms ?? Infinity) : 0;
}

describe('a statement of a verb', () => {
  isAStory();

  it('is planned once for as long as its connection lasts', async () => {
    const plans = await transaction(async (tx) => {
      for (let times = 0; times < 12; times += 1) await lockDraft(tx, { people: [randomUUID()] });
      return tx.sql<{ runs: number; plannedAnew: number }>(
        `SELECT (generic_plans + custom_plans)::integer AS runs, custom_plans::integer AS "plannedAnew"
           FROM pg_prepared_statements WHERE statement ~ 'FROM [j]ourneys.*ORDER BY user_id FOR NO KEY UPDATE$'`,
      );
    });
    expect(plans).to.have.length(1);
    expect(plans[0]!.runs).to.be.at.least(12);
    expect(plans[0]!.plannedAnew).to.be.at.most(5); // as many as Postgres compares with the plan to keep
  });
});
