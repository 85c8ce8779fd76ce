import { expect } from 'chai';
import pg from 'pg';
import { clock } from '#core/clock.ts';
import { sql } from '#db/postgres.ts';
import { redis } from '#db/redis.ts';
import { buildGuest } from './build.ts';
import { reset } from './reset.ts';

const rows = async () => (await sql<{ n: number }>('SELECT count(*)::int AS n FROM users'))[0]?.n;
const key = `${process.env.REDIS_PREFIX}:something`;

describe('each test', () => {
  it('may leave behind whatever it likes', async () => {
    await buildGuest();
    await redis.set(key, 'kept');
    clock.advance(3_600_000);
    expect(await rows()).to.equal(1);
  });

  it('finds an empty house, and the clock where it was', async () => {
    expect(await rows()).to.equal(0);
    expect(await redis.get(key)).to.equal(null);
    // The very clock that the reset knows: Mocha must not have loaded this file into a world of its own.
    expect(clock.ms()).to.be.closeTo(Date.now(), 60_000);
  });

  it('is not held up by a transaction that the one before left open', async () => {
    await buildGuest();
    const forgotten = new pg.Client({ connectionString: process.env.DATABASE_URL });
    const ended = new Promise((resolve) => forgotten.on('error', resolve));
    await forgotten.connect();
    await forgotten.query('BEGIN; SELECT id FROM users FOR UPDATE');
    await reset();
    expect(String(await ended)).to.contain('terminat');
    expect(await rows()).to.equal(0);
  });
});
