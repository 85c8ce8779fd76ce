import { expect } from 'chai';
import pg from 'pg';
import { clock } from '#core/clock.ts';
import { settings } from '#core/settings.ts';
import { sweep } from '#core/sweeper.ts';
import { sql } from '#db/postgres.ts';
import { isAStory, roundOf, talking } from '../cast.ts';

describe('a process that freezes in the middle of a transaction', () => {
  isAStory();

  it('holds nobody up for long: PostgreSQL ends it, and the round ends', async () => {
    const [ann] = await talking();
    const frozen = new pg.Client({
      connectionString: settings.databaseUrl,
      idle_in_transaction_session_timeout: 300,
    });
    frozen.on('error', () => undefined); // it hears of its end once it goes on
    await frozen.connect();
    await frozen.query('BEGIN');
    await frozen.query('SELECT FROM journeys WHERE user_id = $1 FOR UPDATE', [ann.id]);
    clock.advance(settings.roundSeconds * 1000);

    const beganMs = performance.now();
    await sweep(); // waits for the lock
    expect(performance.now() - beganMs).to.be.above(100);
    expect(await roundOf(ann)).to.include({ status: 'completed', end_reason: 'clock' });
    await frozen.end().catch(() => undefined);
  });

  it('is one whose connections have asked for that', async () => {
    const [row] = await sql<{ ms: string }>(
      `SELECT setting AS ms FROM pg_settings WHERE name = 'idle_in_transaction_session_timeout'`,
    );
    expect(Number(row?.ms)).to.equal(settings.databaseIdleSeconds * 1000);
  });
});
