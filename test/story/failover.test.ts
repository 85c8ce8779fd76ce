import { expect } from 'chai';
import { openPostgres, type OwnPostgres } from '../chaos/ownPostgres.ts';
import { checkInvariants, closeInvariants } from '../invariants.ts';
import { until } from '../until.ts';
import { guest, inCall, pollUntil } from './guest.ts';
import { openHouse, type House } from './house.ts';

/** While the server is away, nobody here polls: nobody is judged silent for it. */
const unhurried = { ROUND_SECONDS: '120', LOST_AFTER_SECONDS: '100', STALE_AFTER_SECONDS: '200' };

describe('PostgreSQL, replaced by an older copy of itself under a running house', function () {
  this.timeout(120_000);
  let house: House;
  let postgres: OwnPostgres;
  afterEach(async () => {
    await closeInvariants();
    await house.close();
    await postgres.remove();
  });

  it('what it knows is what people are told, within seconds, and they are paired again', async () => {
    postgres = await openPostgres();
    house = await openHouse(unhurried, postgres.url);
    const [api] = await Promise.all([house.startApi(), house.startWorker()]);
    const doors = [api.address];
    const [ann, bob] = await inCall(doors);
    const eve = await guest(doors);
    const kept = { round: ann.round, session: ann.session };

    await postgres.keepCopy();
    await until(async () => (await ann.send('GET', '/readyz')).status === 200, 20_000);
    const late = await guest(doors); // an account that the copy does not have
    await ann.skip();
    await pollUntil(bob, ({ state }) => state === 'WAITING');
    for (const one of [eve, late]) await one.start();
    await pollUntil(eve, ({ match_found }) => match_found);
    for (let times = 0; times < 3; times += 1) await ann.start(); // views of ever later versions

    await postgres.restoreCopy();
    await until(async () => (await ann.send('GET', '/readyz')).status === 200, 20_000);
    const restoredMs = performance.now();
    for (const [who, session] of [
      [ann, kept.session],
      [bob, bob.session],
    ] as const) {
      who.session = session;
      const told = await pollUntil(who, ({ state }) => state === 'IN_CALL');
      expect(told.match_data?.video_session_id, 'their old call goes on').to.equal(kept.round);
    }
    await until(
      async () =>
        (await late.send('GET', `/api/continuous-matching/next-match?session_id=${late.session}`)).status ===
        401,
      10_000,
    );
    expect(performance.now() - restoredMs).to.be.below(10_000);

    await ann.end();
    await pollUntil(bob, ({ state }) => state === 'WAITING');
    await eve.start();
    for (const one of [bob, eve]) await pollUntil(one, ({ match_found }) => match_found);
    expect(await checkInvariants(house.where, { roundSeconds: 120, skewSeconds: 1 })).to.deep.equal([]);
  });
});
