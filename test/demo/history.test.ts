import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { expect } from 'chai';
import pg from 'pg';
import { checkInvariants, closeInvariants } from '../invariants.ts';
import { cloneDatabase } from '../database.ts';

const house = path.join(import.meta.dirname, '..', '..');

/** Runs `npm run demo:history` on a database of its own. */
async function play(databaseUrl: string, ...args: string[]): Promise<string> {
  const child = spawn(process.execPath, ['--import', 'tsx', 'test/demo/history/history.ts', ...args], {
    cwd: house,
    env: { ...process.env, NODE_ENV: 'development', DATABASE_URL: databaseUrl },
  });
  const said = Promise.all([text(child.stdout), text(child.stderr)]);
  const [code] = (await once(child, 'close')) as [number];
  return `${code}: ${(await said).join('')}`;
}

describe('npm run demo:history', function () {
  this.timeout(120_000);

  it('tells the same story for the same seed, shows how far it is, and breaks nothing', async () => {
    const ends: string[] = [];
    for (const seed of ['3', '3', '4']) {
      const { url, drop } = await cloneDatabase();
      try {
        const said = await play(url, '--days', '1', '--people', '40', '--seed', seed);
        expect(said).to.match(
          /^0: day 1 of 1 · .* · rounds \d+ · matches \d+ · \d+ s\ntoday · .*\n\d+ rounds and/,
        );
        ends.push(await endOf(url));
        const broken = await checkInvariants({
          databaseUrl: url,
          redisUrl: process.env.REDIS_URL!,
          redisPrefix: 'nobody-is-there',
        });
        await closeInvariants();
        expect(broken).to.deep.equal([]);
      } finally {
        await drop();
      }
    }
    const [first, again, other] = ends;
    expect(again).to.equal(first);
    expect(other).to.not.equal(first);
  });

  it('says how it is used when it is asked anything else', async () => {
    expect(await play('', '--days', '0')).to.match(/^2: [^]*--days must be a whole number/);
  });
});

/** What came of it by midnight, whatever the ids are: today ends when it is told of. */
async function endOf(databaseUrl: string): Promise<string> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query(
      `SELECT status, end_reason, mode, count(*), count(mutual_at) AS mutual,
              round(sum(extract(epoch FROM ended_at - matched_at))) AS seconds
         FROM rounds WHERE matched_at < $1 GROUP BY 1, 2, 3 ORDER BY 1, 2, 3`,
      [new Date(new Date().setUTCHours(0, 0, 0, 0))],
    );
    expect(rows, 'something happened').to.not.be.empty;
    return JSON.stringify(rows);
  } finally {
    await client.end();
  }
}
