import { expect } from 'chai';
import { clock } from '#core/clock.ts';
import type { State } from '#core/journey/journey.ts';
import { markPublished, publish } from '#core/views/publish.ts';
import { rules } from '#core/rules.ts';
import { sweep } from '#core/sweeper.ts';
import { keys } from '#db/keys.ts';
import { redis, scriptCount } from '#db/redis.ts';
import {
  deciding,
  emptyRedis,
  isAStory,
  journeyOf,
  passTime,
  person,
  placed,
  runWave,
  statesOf,
  talking,
  waiting,
  type Player,
} from '../cast.ts';
import { withoutRedis } from '../outage.ts';

const viewOf = ({ id }: Player) => keys.view('world', id);
const versionIn = async (one: Player) => Number(await redis.hget(viewOf(one), 'version'));
const inThePool = async (one: Player) => (await redis.zscore(keys.waiting('world'), one.id)) !== null;

/** Redis as it was when this was called: `bring` puts it back, as a restart does from a log that lacks the end. */
async function remember(...people: Player[]): Promise<{ bring: () => Promise<void> }> {
  const views = await Promise.all(people.map((one) => redis.hgetall(viewOf(one))));
  const pool = await redis.zrange(keys.waiting('world'), '0', '-1', 'WITHSCORES');
  return {
    bring: async () => {
      await redis.del(keys.waiting('world'), ...people.map(viewOf));
      for (const [index, one] of people.entries()) await redis.hset(viewOf(one), views[index]!);
      for (let at = 0; at < pool.length; at += 2)
        await redis.zadd(keys.waiting('world'), pool[at + 1]!, pool[at]!);
      await redis.hset(keys.watch('world'), 'restored', 'the run before');
    },
  };
}

describe('a Redis that was emptied', () => {
  isAStory();

  for (const state of ['WAITING', 'CONNECTING', 'IN_CALL', 'DECIDING', 'DISCONNECTING', 'paused'] as const)
    it(`has somebody in ${state} where they were with their next request, sweeper or not`, async () => {
      const [ann] = await placed(state);
      const { version } = await journeyOf(ann);
      await emptyRedis();
      expect(await ann.poll({ seen: null })).to.include({
        ...{ state: state === 'paused' ? 'IDLE' : state, state_version: version, session_id: ann.session },
      });
    });

  it('is filled again with the next sweep, and the pool is whole', async () => {
    const [ann, bob] = await talking();
    const [cid, dan] = await waiting(await person(), await person({ interests: ['go'] }));
    await emptyRedis();
    await sweep();
    for (const one of [ann, bob, cid, dan])
      expect(await versionIn(one)).to.equal((await journeyOf(one)).version);
    expect([await inThePool(cid), await inThePool(dan), await inThePool(ann)]).to.deep.equal([
      true,
      true,
      false,
    ]);
  });

  it('ends no call, no wait and no session, though everybody holds requests that came before', async () => {
    const [ann, bob] = await talking();
    const [cid, dan] = await waiting(await person(), await person());
    const held = await Promise.all([ann, bob, cid, dan].map((one) => one.hold()));
    await emptyRedis();
    await passTime(9);
    for (const one of held) await one.abort();
    for (let round = 0; round < 3; round += 1) {
      await emptyRedis();
      await passTime(10, { polling: [ann, bob, cid, dan] });
    }
    expect(await statesOf(ann, bob, cid, dan)).to.deep.equal(['IN_CALL', 'IN_CALL', 'WAITING', 'WAITING']);
  });

  it('pairs nobody before they have been heard of again', async () => {
    const [ann, bob] = await waiting();
    await emptyRedis();
    await sweep();
    expect(await runWave()).to.deep.equal([]);
    await Promise.all([ann.poll(), bob.poll()]);
    expect(await runWave()).to.have.length(1);
  });

  it('is filled once for each time that it was emptied, however many sweep', async () => {
    await placed('WAITING');
    await emptyRedis();
    await sweep();
    const claimed = await redis.hget(keys.watch('world'), 'restored');
    expect(claimed, 'the runs of Redis and of PostgreSQL').to.match(/^\w{40} [\d.]+$/);
    await redis.del(keys.waiting('world'));
    await sweep();
    expect(await redis.exists(keys.waiting('world'))).to.equal(0);
    await emptyRedis();
    await sweep();
  });
});

describe('a Redis that comes back as it was some time ago', () => {
  isAStory();

  it('is brought up to date with the next sweep', async () => {
    const [ann, bob] = await talking();
    const before = await remember(ann, bob);
    await bob.skip();
    await before.bring();
    expect(await versionIn(bob)).to.be.below((await journeyOf(bob)).version);
    await sweep();
    for (const one of [ann, bob]) expect(await versionIn(one)).to.equal((await journeyOf(one)).version);
  });

  it('does not keep people waiting who have gone home', async () => {
    const [ann, bob] = await waiting();
    const before = await remember(ann, bob);
    await ann.stop();
    await before.bring();
    expect(await inThePool(ann)).to.equal(true);
    await sweep();
    expect(await inThePool(ann)).to.equal(false);
    expect(await ann.poll()).to.include({ state: 'IDLE', session_status: 'ended' });
  });

  it('cannot make an older view of a newer one', async () => {
    const [ann] = await waiting();
    await ann.pause();
    const { version } = await journeyOf(ann);
    await redis.hset(viewOf(ann), 'version', version + 5);
    await publish([ann.id]);
    expect(await versionIn(ann)).to.equal(version + 5);
    await redis.hset(viewOf(ann), 'version', version);
  });
});

describe('a view that came out', () => {
  isAStory();

  it('does not come out again because its version has not been written down yet', async () => {
    const ann = await person();
    const before = scriptCount();
    const verbs = [ann.start, ann.pause, ann.resume, ann.stop];
    for (const verb of verbs) await verb();
    expect(scriptCount() - before).to.equal(2 * verbs.length); // the sign of life, and the view
  });
});

describe('a view that did not come out', () => {
  isAStory();

  it('comes out within two seconds, and wakes whoever holds a request', async () => {
    const [ann, bob] = await talking();
    await markPublished();
    const held = await ann.hold();
    await skipUnseen(bob);
    await passTime(2);
    expect((await held.answer).state).to.equal('DISCONNECTING');
    expect(await versionIn(bob)).to.equal((await journeyOf(bob)).version);
  });

  it('does not trap its owner when they say that they have seen what is no longer so', async () => {
    const [ann, bob] = await talking();
    await bob.skip();
    await ann.poll();
    await markPublished();
    const before = await remember(ann);
    await ann.poll(); // seen: she waits again
    expect(await statesOf(ann)).to.deep.equal(['WAITING']);
    await before.bring();
    expect(await ann.poll()).to.include({ state: 'WAITING' });
    await sweep();
  });

  it('does not tell its owner that the session they have just begun is over', async () => {
    for (const ask of [(ann: Player) => ann.poll({ seen: null }), (ann: Player) => ann.heartbeat()]) {
      const [ann] = await waiting();
      await withoutRedis(() => ann.start());
      const { version } = await journeyOf(ann);
      expect(await ask(ann)).to.include({
        session_id: ann.session,
        state: 'WAITING',
        state_version: version,
      });
    }
  });

  it('of somebody who was let back into the pool does not trap them either', async () => {
    const [ann, bob] = await talking();
    await bob.end();
    await passTime(rules.noticeSeconds + 1);
    expect((await journeyOf(ann)).parked).to.equal(true);
    const before = await remember(ann);
    await ann.heartbeat();
    await before.bring();
    expect(await ann.poll()).to.include({ state: 'WAITING' });
    await sweep();
  });
});

/** Bob's Skip is committed, and the process dies before anything of it reaches Redis. */
async function skipUnseen(bob: Player): Promise<void> {
  await withoutRedis(() => bob.skip());
  expect(await statesOf(bob)).to.deep.equal(['WAITING']);
}

describe('without Redis', () => {
  afterEach(() => passTime(3)); // whatever happened meanwhile comes out
  isAStory();

  it('a poll says at once that it cannot answer, and when to come again', async () => {
    const [ann] = await talking();
    await withoutRedis(async () => {
      for (const path of [
        `/api/continuous-matching/next-match?session_id=${ann.session}&wait=20`,
        `/api/video/signals/${ann.round}`,
      ]) {
        const { status, headers } = await ann.visit('GET', path);
        expect(status, path).to.equal(503);
        expect(Number(headers.get('retry-after')), path).to.be.above(0);
      }
    });
    expect((await ann.poll()).state).to.equal('IN_CALL');
  });

  it('people can still start, pause, leave, skip, end, flag, block and decide', async () => {
    const works: [State | 'paused', (ann: Player) => Promise<unknown>, State][] = [
      ['IDLE', (ann) => ann.start(), 'WAITING'],
      ['WAITING', (ann) => ann.pause(), 'IDLE'],
      ['paused', (ann) => ann.resume(), 'WAITING'],
      ['WAITING', (ann) => ann.stop(), 'IDLE'],
      ['CONNECTING', (ann) => ann.join(), 'CONNECTING'],
      ['IN_CALL', (ann) => ann.leave(), 'IN_CALL'],
      ['IN_CALL', (ann) => ann.skip(), 'WAITING'],
      ['IN_CALL', (ann) => ann.end(), 'IDLE'],
      ['IN_CALL', (ann) => ann.flag(), 'IDLE'],
      ['IN_CALL', (ann) => ann.block(), 'WAITING'],
      ['DECIDING', (ann) => ann.decide('continue'), 'WAITING'],
    ];
    for (const [state, verb, to] of works) {
      const [ann, bob] = await placed(state);
      await withoutRedis(() => verb(ann));
      expect(await statesOf(ann), verb.toString()).to.deep.equal([to]);
      for (const one of [ann, bob]) if (one.session) await one.stop();
    }
  });

  it('nobody is judged by their silence', async () => {
    const [ann, bob] = await talking();
    await withoutRedis(() => passTime(rules.lostAfterSeconds + 5));
    expect(await statesOf(ann, bob)).to.deep.equal(['IN_CALL', 'IN_CALL']);
    await passTime(2, { polling: [ann, bob] });
    expect(await statesOf(ann, bob)).to.deep.equal(['IN_CALL', 'IN_CALL']);
  });

  it('a decision window closes on time', async () => {
    const [ann, bob] = await deciding();
    clock.advance(rules.decisionSeconds * 1000);
    await withoutRedis(() => sweep());
    expect(await statesOf(ann, bob)).to.deep.equal(['WAITING', 'WAITING']);
  });
});
