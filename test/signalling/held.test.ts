import { expect } from 'chai';
import { clock } from '#core/clock.ts';
import { holders } from '#core/polling/holders.ts';
import { markPublished } from '#core/views/publish.ts';
import { settings } from '#core/settings.ts';
import { statementCount } from '#db/postgres.ts';
import { scriptCount } from '#db/redis.ts';
import { connecting, deciding, heldAreRead, nothingIsBroken, passTime, talking } from '../cast.ts';
import { candidates, dataOf } from './letters.ts';

describe('reading signals', () => {
  afterEach(nothingIsBroken);

  it('is held until one comes', async () => {
    const [ann, bob] = await talking();
    const { next } = await bob.signals();
    const held = await bob.holdSignals({ after: next! });
    expect(holders()).to.equal(1);
    await ann.send(candidates(ann, [1, 2]));

    expect(dataOf(await held.answer)).to.deep.equal([1, 2]);
    expect(holders()).to.equal(0);
  });

  it('is held for ten seconds at most in a round, whatever is asked for', async () => {
    const [ann, bob] = await talking();
    const held = await bob.holdSignals({ wait: 20 });
    await passTime(9, { polling: [ann] });
    expect(holders(), 'still held').to.equal(1);
    await passTime(1, { polling: [ann] });

    const { signals, session } = await held.answer;
    expect(signals).to.deep.equal([]);
    expect(session.state).to.equal('IN_CALL');
    expect(session.remaining_ms).to.be.within(160_000, 170_000);
  });

  for (const ending of ['skip', 'end'] as const)
    it(`is answered at once with the notice when the partner’s ${ending} ends the call`, async () => {
      const [ann, bob] = await talking();
      const held = await bob.holdSignals();
      await ann[ending]();

      const { session } = await held.answer;
      expect(session).to.include({ state: 'DISCONNECTING', status: 'completed', remaining_ms: null });
      expect(session.notice).to.deep.equal({
        ...{ match_id: bob.round, reason: ending },
        ...{ initiated_by: 'partner', target_state: 'WAITING' },
      });
    });

  it('is answered at once when the partner joins', async () => {
    const [ann, bob] = await connecting();
    await ann.join();
    await ann.poll();
    const held = await ann.holdSignals();
    expect(holders()).to.equal(1);
    await bob.join();

    expect((await held.answer).session).to.deep.include({
      state: 'IN_CALL',
      peer: { epoch: 1, joined: true },
    });
  });

  it('is answered at once when what was seen is not what is, and without seen', async () => {
    const [, bob] = await talking();
    expect((await bob.signals({ seen: bob.version - 1, wait: 10 })).session.state).to.equal('IN_CALL');
    expect((await bob.signals({ seen: null, wait: 10 })).session.state).to.equal('IN_CALL');
    expect((await bob.signals({ after: 'abc:0', wait: 10 })).reset).to.be.true;
    expect(holders()).to.equal(0);
  });

  it('is answered at once when it is of a round that the reader has left behind', async () => {
    const [ann, bob] = await talking();
    await ann.skip();
    await bob.poll();
    await bob.poll();
    const { session } = await bob.signals({ wait: 10 });
    expect(session).to.include({ state: 'WAITING', status: 'completed' });
  });

  it('tells how the round stands in every state', async () => {
    const [ann, bob] = await connecting();
    const sessionOf = async (who = bob) => (await who.signals()).session;
    const { version } = bob;
    expect(await sessionOf()).to.deep.equal({
      ...{ status: 'waiting', state: 'CONNECTING', state_version: version, remaining_ms: null, epoch: 0 },
      ...{ peer: { epoch: 0, joined: false }, notice: null },
    });
    await ann.join();
    expect(await sessionOf()).to.deep.include({
      state: 'CONNECTING',
      epoch: 0,
      peer: { epoch: 1, joined: true },
    });
    expect(await sessionOf(ann)).to.deep.include({ epoch: 1, peer: { epoch: 0, joined: false } });
    await bob.join();
    const started = await sessionOf();
    expect(started).to.deep.include({
      status: 'active',
      state: 'IN_CALL',
      epoch: 1,
      peer: { epoch: 1, joined: true },
    });
    expect(started.remaining_ms).to.be.within(170_000, 180_000);
    clock.advance(60_000);
    expect((await sessionOf()).remaining_ms).to.be.within(110_000, 120_000);
    clock.advance(120_000);
    expect(await sessionOf()).to.deep.include({
      status: 'completed',
      state: 'DECIDING',
      remaining_ms: null,
      epoch: 1,
    });
    await bob.decide('next');
    expect(await sessionOf()).to.deep.include({ status: 'completed', state: 'WAITING', notice: null });
    clock.advance(settings.decisionSeconds * 1000);
    await ann.poll();
    expect(await sessionOf()).to.deep.include({ status: 'passed', state: 'WAITING' });
    await bob.stop();
    expect(await sessionOf()).to.deep.include({ status: 'passed', state: 'IDLE', epoch: 1 });
  });

  it('of a round that was cancelled says so', async () => {
    const [ann, bob] = await connecting();
    await ann.join();
    await ann.skip();
    expect((await bob.signals()).session).to.include({
      status: 'cancelled',
      state: 'WAITING',
      remaining_ms: null,
    });
  });

  it('tells a notice as a poll does: a script that reads signals alone misses none', async () => {
    const [ann, bob] = await talking();
    await ann.end();
    const told = (await bob.signals({ seen: null })).session;
    expect(told).to.deep.include({ state: 'DISCONNECTING' });
    expect(told.notice).to.include({ reason: 'end', target_state: 'WAITING' });

    expect((await bob.signals({ seen: null })).session, 'the next request has seen it').to.include({
      state: 'WAITING',
    });
  });

  it('is one round trip to Redis and no SQL, held or not', async () => {
    const [ann, bob] = await talking();
    await bob.signals();
    await ann.send(candidates(ann, [1]));
    await markPublished();
    const before = [statementCount(), scriptCount()];
    await bob.signals();
    expect([statementCount(), scriptCount()]).to.deep.equal([before[0], before[1]! + 1]);

    const { next } = await bob.signals();
    const held = await bob.holdSignals({ after: next! });
    await ann.send(candidates(ann, [2]));
    await held.answer;
    await heldAreRead();
    expect(statementCount()).to.equal(before[0]);
  });

  it('by both while both write costs no SQL either, and a batch is one round trip', async () => {
    const [ann, bob] = await talking();
    await bob.send(candidates(bob, [1]));
    await markPublished();
    const before = [statementCount(), scriptCount()];
    await ann.send(candidates(ann, [1, 2, 3]));
    expect([statementCount(), scriptCount()]).to.deep.equal([before[0], before[1]! + 1]);
  });

  it('is a sign of life, and so is writing', async () => {
    const [ann, bob] = await talking();
    for (let second = 0; second < 30; second += 1) {
      await passTime(1);
      await ann.signals();
      await bob.send({ session_id: bob.round, type: 'media-state', data: second });
    }
    expect((await ann.poll()).state).to.equal('IN_CALL');
  });

  it('of the session alone is one too', async () => {
    const [ann, bob] = await talking();
    for (let second = 0; second < 30; second += 5) {
      await passTime(5);
      await ann.look();
      await bob.look();
    }
    expect((await ann.look()).state).to.equal('IN_CALL');
    expect((await deciding())[0].name).to.equal('Ann');
  });
});
