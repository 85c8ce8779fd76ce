import { chmodSync, existsSync, mkdirSync, realpathSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import pg from 'pg';
import { startPostgres, type EmbeddedPostgres } from '#db/embedded/postgres.ts';
import { newPlace, places, removePlaces } from './place.ts';

async function query(connectionString: string, text: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows.flatMap((row) => Object.values(row));
  } finally {
    await client.end();
  }
}

describe('the PostgreSQL that Minuet brings', () => {
  const started: EmbeddedPostgres[] = [];
  const start = async (options: Parameters<typeof startPostgres>[0]) => {
    const postgres = await startPostgres(options);
    started.push(postgres);
    return postgres;
  };
  let kept: string;

  before(async () => {
    kept = newPlace();
    chmodSync(kept, 0o755);
    const { url, stop } = await startPostgres({ dataDir: kept });
    await query(url, 'CREATE TABLE things (name text)');
    await query(url, "INSERT INTO things VALUES ('kept')");
    await stop();
  });

  afterEach(() => Promise.all(started.splice(0).map((postgres) => postgres.stop())));
  after(removePlaces);

  it('leaves nothing behind when it is ephemeral', async () => {
    const { url, stop } = await start({ ephemeral: true });
    const [directory] = await query(url, 'SHOW data_directory');
    expect(existsSync(String(directory))).to.equal(true);
    await stop();
    expect(existsSync(String(directory))).to.equal(false);
  });

  it('keeps its data', async () => {
    const { url } = await start({ dataDir: kept });
    expect(await query(url, 'SELECT name FROM things')).to.deep.equal(['kept']);
  });

  it('listens to this machine only', async () => {
    const { url } = await start({ dataDir: kept });
    expect(await query(url, 'SHOW listen_addresses')).to.deep.equal(['127.0.0.1']);
    expect(await query(url, 'SHOW unix_socket_directories')).to.deep.equal(['']);
  });

  it('takes over from a server that a killed process left running', async () => {
    const first = await start({ dataDir: kept });
    const second = await start({ dataDir: kept });
    expect(await first.died).to.contain('PostgreSQL ended');
    expect(await query(second.url, 'SELECT name FROM things')).to.deep.equal(['kept']);
  });

  it('is not put off by a pid file whose pid belongs to somebody else by now', async () => {
    const cluster = path.join(kept, 'cluster');
    writeFileSync(path.join(cluster, 'postmaster.pid'), `${process.pid}\n${cluster}\n0\n1\n`);
    const { url } = await start({ dataDir: kept });
    expect(await query(url, 'SELECT name FROM things')).to.deep.equal(['kept']);
  });

  it('says so when another major version made the data', async () => {
    const dataDir = newPlace();
    mkdirSync(path.join(dataDir, 'cluster'));
    writeFileSync(path.join(dataDir, 'cluster', 'PG_VERSION'), '9\n');
    const refusal = await start({ dataDir }).catch(String);
    expect(refusal).to.contain('is PostgreSQL 9, here runs');
  });

  it('says what PostgreSQL said when it cannot start', async () => {
    const { url } = await start({ ephemeral: true });
    const refusal = await start({ dataDir: kept, port: Number(new URL(url).port) }).catch(String);
    expect(refusal).to.contain('Address already in use');
  });

  if (process.getuid?.() === 0)
    it('runs for root where only root can enter', async () => {
      const dataDir = path.join(newPlace(), 'data'); // in a directory of mode 700
      const { url } = await start({ dataDir });
      expect(await query(url, 'SELECT 1 AS one')).to.deep.equal([1]);
      places.push(path.dirname(realpathSync(path.join(dataDir, 'cluster')))); // elsewhere
    });
});
