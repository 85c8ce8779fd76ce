import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { clock } from '#core/clock.ts';
import { each, endDueRounds } from '#core/sweeps/rounds.ts';
import { rules } from '#core/rules.ts';
import { startSweeper, sweep } from '#core/sweeper.ts';
import { sql } from '#db/postgres.ts';
import {
  connecting,
  isAStory,
  nothingIsBroken,
  passTime,
  person,
  roundOf,
  statesOf,
  talking,
  type Player,
} from '../cast.ts';
import { openWire } from '../outage.ts';
import { whileLocked } from '../race.ts';
import { until } from '../until.ts';

const house = path.resolve(import.meta.dirname, '..', '..');
const execute = promisify(execFile);

/** One sweep by a process that has no Redis at all; how long it took, ms. */
async function sweptWithoutRedis(): Promise<number> {
  const script = `
    const { sweep } = await import('#core/sweeper.ts');
    const since = performance.now();
    await sweep();
    console.log(Math.round(performance.now() - since));
    process.exit();`;
  const { stdout } = await execute(
    process.execPath,
    ['--import', 'tsx', '--input-type=module', '--eval', script],
    { cwd: house, env: { ...process.env, REDIS_URL: 'redis://127.0.0.1:1' } },
  );
  return Number(stdout.trim());
}

const someoneWaitsForALock = async (): Promise<boolean> => {
  const [row] = await sql<{ waits: boolean }>(
    `SELECT count(*) > 0 AS waits FROM pg_stat_activity
      WHERE datname = current_database() AND wait_event_type = 'Lock'`,
  );
  return row?.waits ?? false;
};

const sweeperAlone = `
  const { redisReady } = await import('#db/redis.ts');
  const { startSweeper } = await import('#core/sweeper.ts');
  await redisReady();
  console.log('ready');
  startSweeper();`;

describe('the sweeper', () => {
  isAStory();

  it('ends and settles everything that is due in one go, without a Redis anywhere', async () => {
    const calls = [await talking()];
    while (calls.length < 6) calls.push(await talking(await person(), await person()));
    const longAgo = [clock.after(-rules.roundSeconds - 10), clock.after(-10)];
    await sql('UPDATE round_participants SET joined_at = $1', longAgo.slice(0, 1));
    await sql('UPDATE rounds SET matched_at = $1, started_at = $1, deadline_at = $2', longAgo);
    const tookMs = await sweptWithoutRedis();
    clock.reset(); // the other process lived in real time

    for (const [ann, bob] of calls) expect(await statesOf(ann, bob)).to.deep.equal(['DECIDING', 'DECIDING']);
    expect(tookMs, 'and nobody waits for Redis').to.be.below(1_800);
    await passTime(2);
  });

  it('is not held up by a round that somebody else has in hand', async () => {
    const [[ann, bob], [cid, dan]] = [await talking(), await talking(await person(), await person())];
    clock.advance(rules.roundSeconds * 1000);
    let swept: Promise<void> | undefined;
    await whileLocked([ann], async () => {
      swept = endDueRounds();
      await until(async () => (await statesOf(cid, dan)).every((state) => state === 'DECIDING'));
      expect(await statesOf(ann, bob)).to.deep.equal(['IN_CALL', 'IN_CALL']);
    });
    await swept;
    expect(await statesOf(ann, bob)).to.deep.equal(['DECIDING', 'DECIDING']);
  });

  it('is not held up by a round that cannot be ended', async () => {
    const [[ann], [cid, dan]] = [await talking(), await talking(await person(), await person())];
    const was = await sql<{ version: number }>('SELECT version FROM journeys WHERE user_id = $1', [ann.id]);
    await sql(`UPDATE journeys SET state = 'WAITING', round_id = NULL WHERE user_id = $1`, [ann.id]);
    clock.advance(rules.roundSeconds * 1000);
    await sweep();
    expect(await statesOf(cid, dan)).to.deep.equal(['DECIDING', 'DECIDING']);
    expect((await roundOf(ann)).status).to.equal('active');

    await sql(`UPDATE journeys SET state = 'IN_CALL', round_id = $2 WHERE user_id = $1 AND version = $3`, [
      ...[ann.id, ann.round, was[0]?.version],
    ]);
    await sweep();
    expect(await statesOf(ann)).to.deep.equal(['DECIDING']);
  });

  it('tries every round, though most of them fail', async () => {
    const tried: string[] = [];
    const rounds = Array.from({ length: 40 }, (_, number) => String(number));
    await each(rounds, async (round) => {
      tried.push(round);
      if (round !== '39') throw new Error('It cannot be ended');
    });
    expect(tried).to.deep.equal(rounds);
  });

  it('changes nothing when there is nothing to do, however many sweep at once', async () => {
    const [ann, bob] = await talking();
    const before = await sql('SELECT user_id, version, state FROM journeys ORDER BY user_id');
    await Promise.all([sweep(), sweep(), sweep()]);
    expect(await sql('SELECT user_id, version, state FROM journeys ORDER BY user_id')).to.deep.equal(before);
    clock.advance(rules.roundSeconds * 1000);
    await Promise.all([sweep(), sweep(), sweep()]);
    expect(await statesOf(ann, bob)).to.deep.equal(['DECIDING', 'DECIDING']);
  });
});

describe('the loop of the sweeper', () => {
  afterEach(nothingIsBroken);

  it('ends rounds on time while Redis hangs', async () => {
    const calls = [await talking()];
    while (calls.length < 6) calls.push(await talking(await person(), await person()));
    const unheard = [
      await connecting(await person(), await person()),
      await talking(await person(), await person()),
    ];
    const [[, eve], [fay]] = unheard as [[Player, Player], [Player, Player]];
    await fay.skip(); // her partner is told, and does not see it
    const wire = await openWire(process.env.REDIS_URL!);
    const other = spawn(
      process.execPath,
      ['--import', 'tsx', '--input-type=module', '--eval', sweeperAlone],
      {
        cwd: house,
        env: { ...process.env, REDIS_URL: wire.url },
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    try {
      await once(other.stdout, 'data'); // it has its Redis
      wire.freeze();
      clock.reset(); // it lives in real time
      await sql('UPDATE rounds SET join_deadline_at = $2 WHERE id = $1', [eve.round, clock.after(-0.1)]);
      await sql(`UPDATE journeys SET changed_at = $1 WHERE state = 'DISCONNECTING'`, [
        clock.after(-rules.noticeSeconds),
      ]);
      for (const [index, [{ round }]] of calls.entries()) {
        const deadline = clock.after(index < 3 ? -0.1 : 1.4);
        const started = clock.after(-rules.roundSeconds, deadline);
        await sql('UPDATE rounds SET matched_at = $2, started_at = $2, deadline_at = $3 WHERE id = $1', [
          round,
          started,
          deadline,
        ]);
        await sql('UPDATE round_participants SET joined_at = $2 WHERE round_id = $1', [round, started]);
      }
      await until(
        async () => (await statesOf(...calls.flat())).every((state) => state === 'DECIDING'),
        15_000,
      );
      const [worst] = await sql<{ late: number }>(
        `SELECT extract(epoch FROM max(e.at - r.deadline_at))::float8 AS late
           FROM rounds r JOIN journey_events e ON e.round_id = r.id AND e.event = 'clock'`,
      );
      expect(worst?.late).to.be.below(1.9);
      expect(await statesOf(eve)).to.deep.equal(['IDLE']);
    } finally {
      other.kill('SIGKILL');
      await wire.cut();
    }
    await passTime(2);
  });

  it('ends rounds on time while it waits for somebody whom somebody else has in hand', async () => {
    const [[ann, bob], [cid, dan]] = [await talking(), await talking(await person(), await person())];
    await dan.skip(); // Cid is told, and does not see it
    clock.advance(rules.noticeSeconds * 1000);
    let stop: (() => Promise<void>) | undefined;
    await whileLocked([cid], async () => {
      stop = startSweeper();
      await until(someoneWaitsForALock);
      clock.advance(rules.roundSeconds * 1000);
      await until(async () => (await statesOf(ann, bob)).every((state) => state === 'DECIDING'), 3_000);
    });
    await stop?.();
    expect(await statesOf(cid)).to.deep.equal(['WAITING']);
  });

  it('ends a round within a second of its deadline', async () => {
    const [ann, bob] = await talking();
    clock.advance(rules.roundSeconds * 1000);
    const stop = startSweeper();
    try {
      await until(async () => (await statesOf(ann, bob)).every((state) => state === 'DECIDING'), 2_000);
      expect((await roundOf(ann)).end_reason).to.equal('clock');
    } finally {
      await stop();
    }
  });
});
