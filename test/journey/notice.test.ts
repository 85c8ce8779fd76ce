import { expect } from 'chai';
import { clock } from '#core/clock.ts';
import { acknowledge } from '#core/sessions/acknowledge.ts';
import { rules } from '#core/rules.ts';
import { sweep } from '#core/sweeper.ts';
import {
  emptyRedis,
  journeyOf,
  isAStory,
  passTime,
  person,
  runWave,
  statesOf,
  stepsOf,
  talking,
  deciding,
  type Player,
} from '../cast.ts';

/** Ann, whose call Bob has just ended by a Skip: she does not know yet. */
async function skipped(): Promise<[Player, Player]> {
  const [ann, bob] = await talking();
  await bob.skip();
  return [ann, bob];
}

/** Ann, who has voted to see Bob again and already talks with Cid, in a new session. */
async function ahead(): Promise<{ ann: Player; bob: Player; cid: Player; last: string; next: string }> {
  const [ann, bob] = await deciding();
  const last = ann.round;
  await ann.decide('continue');
  await ann.stop();
  await ann.start();
  await ann.poll();
  const cid = await person({ display_name: 'Cid' });
  await cid.start();
  await cid.poll();
  await runWave();
  for (const one of [ann, cid]) {
    await one.poll();
    await one.join();
    await one.poll();
  }
  return { ann, bob, cid, last, next: ann.round };
}

describe('the end of a call', () => {
  isAStory();

  it('is told to the partner until they say that they have seen it', async () => {
    const [ann] = await skipped();
    const before = ann.version;
    for (const _ of ['told', 'told again', 'and again']) {
      const told = await ann.poll({ seen: before });
      expect(told).to.include({ state: 'DISCONNECTING', match_found: false, match_data: null });
      expect(told.notice).to.deep.equal({
        ...{ match_id: ann.round, reason: 'skip', initiated_by: 'partner', target_state: 'WAITING' },
      });
    }
    expect(await ann.poll()).to.include({ state: 'WAITING', notice: null });
  });

  it('answers a held request at once, and the next one says that it was seen', async () => {
    const [ann, bob] = await talking();
    const held = await ann.hold();
    await bob.end();
    expect((await held.answer).notice).to.include({ reason: 'end', initiated_by: 'partner' });
    expect(await statesOf(ann, bob)).to.deep.equal(['DISCONNECTING', 'IDLE']);
    expect((await ann.poll()).state).to.equal('WAITING');
  });

  it('is told to a plain script once: its next request after that has seen it', async () => {
    const [ann] = await skipped();
    expect((await ann.poll({ seen: null })).notice).to.include({ reason: 'skip' });
    expect(await statesOf(ann)).to.deep.equal(['DISCONNECTING']);
    expect(await ann.poll({ seen: null })).to.include({ state: 'WAITING', notice: null });
  });

  it('is not held back from a plain script that would wait', async () => {
    const [ann] = await skipped();
    expect(await ann.poll({ seen: null, wait: 20 })).to.include({ state: 'DISCONNECTING' });
  });

  it('is not told by a heartbeat, whose answer has no room for it', async () => {
    const [ann] = await skipped();
    for (const _ of ['once', 'twice', 'thrice'])
      expect((await ann.heartbeat()).state).to.equal('DISCONNECTING');
    expect((await ann.poll({ seen: null })).notice).to.include({ reason: 'skip' });
  });

  it('is told by the answer to whoever caused it: they are in the pool at once', async () => {
    const [ann, bob] = await talking();
    const answer = await bob.skip();
    expect(answer).to.include({ state: 'WAITING', end_reason: 'skip' });
    expect(answer.notice).to.include({ initiated_by: 'me', reason: 'skip', target_state: 'WAITING' });
    expect((await journeyOf(bob)).parked).to.equal(false);
    expect(await ann.poll()).to.include({ state: 'DISCONNECTING' });
  });

  it('must be known before the next call: until then nobody is paired with them', async () => {
    const [ann, bob] = await talking();
    await bob.end();
    const cid = await person({ display_name: 'Cid' });
    await cid.start();
    await Promise.all([ann.heartbeat(), cid.poll()]);
    expect(await runWave()).to.deep.equal([]);

    await ann.poll();
    await ann.poll();
    expect(await runWave()).to.have.length(1);
    expect(await statesOf(ann, cid)).to.deep.equal(['CONNECTING', 'CONNECTING']);
  });

  it('that nobody has seen for five seconds leads to the pool, but not into it', async () => {
    const [ann, bob] = await talking();
    const frozen = await ann.hold({ wait: 20 });
    await bob.end();
    await frozen.answer; // the house has answered; the page has not read it
    const cid = await person({ display_name: 'Cid' });
    await cid.start();
    await passTime(rules.noticeSeconds - 1, { polling: [cid] });
    expect(await statesOf(ann)).to.deep.equal(['DISCONNECTING']);
    await passTime(2, { polling: [cid] });

    expect(await journeyOf(ann)).to.include({ state: 'WAITING', parked: true });
    expect(await runWave()).to.deep.equal([]);
    expect((await cid.poll()).queue).to.include({ position: 1, size: 1 });

    expect((await ann.poll()).queue).to.include({ size: 2 });
    expect(await journeyOf(ann)).to.include({ state: 'WAITING', parked: false });
    expect(await runWave()).to.have.length(1);
  });

  it('is told again when Redis has forgotten that it was told', async () => {
    const [ann] = await skipped();
    await ann.poll({ seen: null });
    await emptyRedis();
    expect((await ann.poll({ seen: null })).notice).to.include({ reason: 'skip' });
    expect((await ann.poll({ seen: null })).state).to.equal('WAITING');
  });

  it('lets the wait begin anew', async () => {
    const [ann] = await skipped();
    clock.advance(3000);
    await ann.poll();
    const answer = await ann.poll();
    expect(new Date(answer.queue!.waiting_since).getTime()).to.be.closeTo(clock.ms(), 1000);
  });
});

describe('a match', () => {
  isAStory();

  it('is shown wherever the person is, until seen, and they are not paired before', async () => {
    const [ann, bob] = await deciding();
    await ann.decide('continue');
    await ann.poll();
    await bob.decide('continue');
    const cid = await person({ display_name: 'Cid' });
    await cid.start();
    await Promise.all([ann.heartbeat(), bob.heartbeat(), cid.poll()]);
    expect(await runWave()).to.deep.equal([]);

    for (const one of [ann, bob]) {
      const told = await one.poll({ seen: 1 });
      expect(told.notice).to.include({ reason: 'mutual', match_id: ann.round, target_state: 'WAITING' });
      expect(told.notice).to.have.property('partner_name', one === ann ? 'Bob' : 'Ann');
      expect(await one.poll()).to.include({ state: 'WAITING', notice: null });
    }
    expect(await runWave()).to.have.length(1);
  });

  it('that comes of the last call while the next one ends is told after the end, and not lost', async () => {
    const { ann, bob, cid, last, next } = await ahead();
    await bob.decide('continue', undefined, last);
    await cid.skip();

    expect((await ann.poll()).notice).to.include({ reason: 'skip', match_id: next });
    expect((await ann.poll()).notice).to.include({ reason: 'mutual', match_id: last });
    expect((await ann.poll()).notice).to.equal(null);
    expect(await stepsOf(ann)).to.include.members(['match_told', 'requeued', 'match_seen']);
  });

  for (const seen of [undefined, null])
    it(`that is made while the end of the next call is being told is told after it${seen === null ? ', to a plain script too' : ''}`, async () => {
      const { ann, bob, cid, last, next } = await ahead();
      const poll = () => ann.poll(seen === null ? { seen } : {});
      await cid.skip();
      await bob.decide('continue', undefined, last);

      expect((await poll()).notice).to.include({ reason: 'skip', match_id: next });
      expect((await poll()).notice).to.include({ reason: 'mutual', match_id: last });
      expect((await poll()).notice).to.equal(null);
    });

  it('that the end of a call has covered is told to whoever goes home after it', async () => {
    const { ann, bob, cid, last } = await ahead();
    await cid.skip();
    await bob.decide('continue', undefined, last);
    expect((await ann.poll()).notice).to.include({ reason: 'skip' });
    await ann.stop();
    expect(await ann.poll()).to.have.nested.include({ state: 'IDLE', 'notice.match_id': last });
  });

  it('is not put away by a second request that has seen the end of the call', async () => {
    const { ann, bob, cid, last } = await ahead();
    await bob.decide('continue', undefined, last);
    await cid.skip();
    expect((await ann.poll()).notice).to.include({ reason: 'skip' });
    const before = ann.version;
    await Promise.all([ann.heartbeat(), acknowledge(ann.id, before), acknowledge(ann.id, before)]);
    expect((await ann.poll()).notice).to.include({ reason: 'mutual', match_id: last });
  });

  it('is not lost on a plain script whose request also finds that the clock has run out', async () => {
    const { ann, bob, last } = await ahead();
    await bob.decide('continue', undefined, last);
    clock.advance(rules.roundSeconds * 1000);
    expect((await ann.poll({ seen: null })).notice).to.include({ reason: 'mutual', match_id: last });
    expect((await ann.poll({ seen: null })).notice).to.equal(null);
  });

  it('waits for its turn when there is another to be shown', async () => {
    const { ann, bob, cid, last, next } = await ahead();
    await bob.decide('continue', undefined, last);
    clock.advance(rules.roundSeconds * 1000);
    await sweep();
    await ann.decide('continue');
    await cid.decide('continue');

    expect(await journeyOf(ann)).to.include({ state: 'WAITING', parked: true });
    expect((await ann.poll()).notice).to.include({ match_id: last });
    expect((await ann.poll()).notice).to.include({ match_id: next });
    expect(await journeyOf(ann)).to.include({ parked: true });
    expect((await ann.poll()).notice).to.equal(null);
    expect(await journeyOf(ann)).to.include({ parked: false });
  });
});
