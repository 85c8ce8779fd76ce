import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { checkInvariants, closeInvariants } from '../invariants.ts';
import { itOnRealRedis } from '../realRedis.ts';
import { until } from '../until.ts';
import { guest, inCall, paired, pollUntil, type Guest } from './guest.ts';
import { openHouse, type House } from './house.ts';
import { openRedis, type OwnRedis } from './redis.ts';

describe('when something dies in the middle of a round', function () {
  this.timeout(90_000);
  let house: House;
  let redis: OwnRedis | undefined;
  let roundSeconds: number;
  const open = async (env: Record<string, string> = {}, seconds = 4) => {
    roundSeconds = seconds;
    house = await openHouse({ ROUND_SECONDS: String(seconds), DECISION_SECONDS: '4', ...env });
  };
  afterEach(async function () {
    try {
      if (this.currentTest?.isPassed())
        expect(await checkInvariants(house.where, { roundSeconds })).to.deep.equal([]);
    } finally {
      await closeInvariants();
      await house.close();
      await redis?.remove();
      redis = undefined;
    }
  });

  it('the API, killed and started again: the same round goes on, and ends on time', async () => {
    await open({}, 12); // long enough for a process to start, wherever this runs
    const [api] = await Promise.all([house.startApi(), house.startWorker()]);
    const [ada, ben] = await inCall([api.address]);
    const before = await ada.look();
    await ada.signal('offer', { sdp: 'before' });

    await api.kill();
    await house.startApi(api.port);
    for (const one of [ada, ben]) expect(await one.next()).to.deep.include({ state: 'IN_CALL' });
    expect(await ada.look()).to.deep.include({ status: 'active', ends_at: before.ends_at });
    expect((await ben.signals()).signals[0]).to.deep.include({ data: { sdp: 'before' } });

    await endsOnTime(ada);
    for (const one of [ada, ben]) await pollUntil(one, ({ state }) => state === 'DECIDING');
  });

  it('the only worker, killed: the API’s own sweeper ends the round and closes the window', async () => {
    await open();
    const [api, worker] = await Promise.all([house.startApi(), house.startWorker()]);
    const [ada, ben] = await inCall([api.address]);
    await worker.kill();

    await endsOnTime(ada); // nobody polls meanwhile
    for (const one of [ada, ben]) await pollUntil(one, ({ state }) => state === 'WAITING', 1_000);
  });

  it('the leading matchmaker, killed: another one pairs within two seconds', async () => {
    await open();
    const leading = await house.startWorker();
    const [leads] = await untilRows(() =>
      house.rows<{ fence: string }>('SELECT fence FROM matchmakers WHERE holder IS NOT NULL'),
    );
    const [api] = await Promise.all([house.startApi(), house.startWorker()]);
    const ada = await guest([api.address], { display_name: 'Ada' });
    const ben = await guest([api.address], { display_name: 'Ben' });
    await ada.start();
    const held = ada.next({ wait: 20, seen: (await ada.next()).state_version });
    expect((await house.rows<{ fence: string }>('SELECT fence FROM matchmakers'))[0]).to.deep.equal(leads);

    const killed = performance.now();
    await leading.kill();
    await ben.start();
    expect((await held).match_found).to.be.true;
    expect(performance.now() - killed).to.be.below(2_500); // two seconds, and what a poll takes here
  });

  itOnRealRedis(
    'Redis, killed and started again: the round ends on time, then everybody is served',
    async () => {
      redis = await openRedis();
      await open({ REDIS_URL: redis.url });
      const [api] = await Promise.all([house.startApi(), house.startWorker()]);
      const [ada, ben] = await inCall([api.address]);

      await redis.kill();
      const refused = await ada.send('GET', `/api/continuous-matching/next-match?session_id=${ada.session}`);
      expect(refused.status).to.equal(503);
      expect(refused.headers.get('retry-after')).to.equal('1');
      expect(refused.body).to.include({ code: 'unavailable' });
      await endsOnTime(ada);
      expect(await ada.decide('continue')).to.include({ outcome: 'pending' }); // needs no Redis
      expect(await ben.decide('continue')).to.include({ outcome: 'mutual' });

      await redis.start();
      await until(async () => (await ada.send('GET', '/readyz')).status === 200);
      for (const one of [ada, ben]) {
        const { notice } = await pollUntil(one, (told) => told.notice?.reason === 'mutual');
        expect(notice!.match_id).to.equal(ada.round);
        await pollUntil(one, (told) => told.state === 'WAITING' && told.notice === null);
      }
      const eve = await guest([api.address], { display_name: 'Eve' });
      await eve.start();
      await pollUntil(eve, ({ match_found }) => match_found);
    },
  );

  it('nothing at all: two API processes behind alternating doors are one', async () => {
    await open();
    const [one, two] = await Promise.all([house.startApi(), house.startApi(), house.startWorker()]);
    const [ada, ben] = await paired([one.address, two.address]);
    await Promise.all([ada.join(), ben.join()]);
    await ada.signal('offer', { sdp: 'a' });
    await ada.signal('ice-candidate', { candidate: 'b' });
    expect((await ben.signals()).signals.map((signal) => signal.type)).to.deep.equal([
      'offer',
      'ice-candidate',
    ]);

    const { state_version: seen } = await ben.next();
    const held = [ben.next({ wait: 10, seen }), ben.next({ wait: 10, seen })]; // one in each process
    await sleep(300);
    await ada.skip();
    for (const told of await Promise.all(held))
      expect(told)
        .to.deep.include({ state: 'DISCONNECTING' })
        .and.have.nested.property('notice.reason', 'skip');
  });

  /** Without asking anybody who could end it by being asked. */
  async function endsOnTime({ round }: Guest): Promise<void> {
    const [ended] = await untilRows(() =>
      house.rows<{ reason: string; late_ms: number }>(
        `SELECT r.end_reason AS reason, extract(epoch FROM e.at - r.deadline_at)::float8 * 1000 AS late_ms
           FROM rounds r JOIN journey_events e ON e.round_id = r.id AND e.event = 'clock' WHERE r.id = $1`,
        [round],
      ),
    );
    expect(ended).to.include({ reason: 'clock' });
    expect(ended!.late_ms).to.be.within(0, 1_500); // swept once a second
  }
});

async function untilRows<Row>(read: () => Promise<Row[]>): Promise<Row[]> {
  let rows: Row[] = [];
  await until(async () => (rows = await read()).length > 0, 20_000);
  return rows;
}
