import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { Redis } from 'ioredis';
import { run } from '../database.ts';
import { itOnRealRedis } from '../realRedis.ts';
import { until } from '../until.ts';
import { guest, type Came, type Guest } from './guest.ts';
import { openHouse, type House } from './house.ts';
import { openRedis, type OwnRedis } from './redis.ts';

describe('a server that refuses or hangs', function () {
  this.timeout(90_000);
  let house: House;
  let redis: OwnRedis | undefined;
  afterEach(async () => {
    await house.close();
    await redis?.remove();
    redis = undefined;
  });

  const poll = (who: Guest): Promise<Came> =>
    who.send('GET', `/api/continuous-matching/next-match?session_id=${who.session}`);
  const expectOutage = ({ status, headers, body }: Came, what: string) => {
    expect(status, what).to.equal(503);
    expect(headers.get('retry-after'), what).to.equal('1');
    expect(body, what).to.include({ code: 'unavailable' });
  };
  const outages = async (address: string) =>
    (await (await fetch(`${address}/metrics`)).text())
      .split('\n')
      .filter((line) => line.startsWith('minuet_outages_total{'));

  itOnRealRedis(
    'Redis: full, without replicas or busy is an outage to a poll, and then it serves again',
    async () => {
      redis = await openRedis();
      house = await openHouse({ REDIS_URL: redis.url });
      const api = await house.startApi();
      const ann = await guest([api.address]);
      await ann.start();
      const operator = new Redis(redis.url);

      await operator.config('SET', 'maxmemory', '1');
      expectOutage(await poll(ann), 'OOM');
      await operator.config('SET', 'maxmemory', '0');
      expect((await poll(ann)).status).to.equal(200);

      await operator.config('SET', 'min-replicas-to-write', '1');
      expectOutage(await poll(ann), 'NOREPLICAS');
      await operator.config('SET', 'min-replicas-to-write', '0');
      expect((await poll(ann)).status).to.equal(200);

      await operator.config('SET', 'busy-reply-threshold', '10');
      const looping = operator.eval('while true do end', 0).catch(() => undefined);
      await sleep(100);
      expectOutage(await poll(ann), 'BUSY');
      const other = new Redis(redis.url, { enableReadyCheck: false });
      await other.script('KILL');
      await looping;
      await until(async () => (await poll(ann)).status === 200);
      for (const one of [operator, other]) one.disconnect();

      const counted = (await outages(api.address)).join('\n');
      for (const code of ['OOM', 'NOREPLICAS']) expect(counted).to.include(`server="redis",code="${code}"`);
    },
  );

  it('PostgreSQL: read-only is an outage to a Start, and its connections are not used again', async () => {
    house = await openHouse({});
    const api = await house.startApi();
    const ann = await guest([api.address]);
    const start = () => ann.send('POST', '/api/continuous-matching/start', {});
    const name = new URL(house.where.databaseUrl).pathname.slice(1);
    const reconnect = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                        WHERE datname = current_database() AND pid <> pg_backend_pid() AND application_name = 'minuet'`;

    await run(
      house.where.databaseUrl,
      `ALTER DATABASE ${name} SET default_transaction_read_only = on`,
      reconnect,
    );
    expectOutage(await start(), 'the connection is closed, or read-only');
    expectOutage(await start(), 'read-only');
    await run(
      house.where.databaseUrl,
      'SET default_transaction_read_only = off',
      `ALTER DATABASE ${name} RESET default_transaction_read_only`,
    );
    await until(async () => (await start()).status === 201); // the connections that were read-only are gone
    expect((await outages(api.address)).join('\n')).to.include('code="25006"');
  });

  it('PostgreSQL: a lock on the sessions is an outage to thirty Starts at once, and sweepers and matchmaker go on', async () => {
    house = await openHouse({ DATABASE_STATEMENT_SECONDS: '2' });
    const [api] = await Promise.all([house.startApi(), house.startWorker()]);
    const crowd = await Promise.all(Array.from({ length: 30 }, () => guest([api.address])));
    const started = (who: Guest) => who.send('POST', '/api/continuous-matching/start', {});

    await house.rows('BEGIN');
    await house.rows('LOCK TABLE sessions IN ACCESS EXCLUSIVE MODE');
    const beganMs = performance.now();
    const answers = await Promise.all(crowd.map(started));
    const tookMs = performance.now() - beganMs;
    await house.rows('ROLLBACK');
    for (const answer of answers) expectOutage(answer, 'sessions are locked');
    expect(tookMs, 'the wait for a connection, and the statement').to.be.below(8_000);

    const [ann, bob] = crowd;
    const isStarted = (who: Guest) =>
      who.start().then(
        () => true,
        () => false,
      );
    for (const who of [ann!, bob!]) await until(() => isStarted(who), 15_000);
    await until(async () => {
      const told = await Promise.all([ann!.next(), bob!.next()]);
      return told.every(({ match_found }) => match_found);
    }, 15_000);
  });
});
