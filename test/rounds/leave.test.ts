import { expect } from 'chai';
import { clock } from '#core/clock.ts';
import { join } from '#core/rounds/join.ts';
import { rules } from '#core/rules.ts';
import { releaseLeft } from '#core/sweeps/silence.ts';
import {
  connecting,
  emptyRedis,
  journeyOf,
  isAStory,
  passTime,
  roundOf,
  statesOf,
  talking,
} from '../cast.ts';
import { inThisOrder } from '../race.ts';

const grace = rules.leaveGraceSeconds;

describe('leaving the page', () => {
  isAStory();

  it('of a call releases the partner after eight seconds, and not before', async () => {
    const [ann, bob] = await talking();
    await ann.leave();
    await passTime(grace - 1, { polling: [bob] });
    expect(await statesOf(ann, bob)).to.deep.equal(['IN_CALL', 'IN_CALL']);
    await passTime(1);

    expect(await roundOf(ann)).to.include({ status: 'completed', end_reason: 'left', ended_by: ann.id });
    expect(await journeyOf(ann)).to.include({ state: 'IDLE', session_id: null, early_exits: 1 });
    expect((await bob.poll()).notice).to.include({
      reason: 'left',
      initiated_by: 'partner',
      target_state: 'WAITING',
    });
  });

  it('of a round that has not started releases the partner to their place', async () => {
    const [ann, bob] = await connecting();
    const since = (await journeyOf(bob)).waiting_since;
    await ann.leave(0);
    await passTime(grace, { polling: [bob] });
    expect(await statesOf(ann, bob)).to.deep.equal(['IDLE', 'WAITING']);
    expect((await journeyOf(bob)).waiting_since).to.deep.equal(since);
    expect((await bob.poll()).notice).to.include({ reason: 'left', initiated_by: 'partner' });
  });

  it('is taken back by a refresh: the page joins again', async () => {
    const [ann, bob] = await talking();
    await ann.leave();
    await passTime(2, { polling: [bob] });
    await ann.join();
    await passTime(grace, { polling: [bob] });
    expect(await statesOf(ann, bob)).to.deep.equal(['IN_CALL', 'IN_CALL']);
    expect((await roundOf(ann)).participants.every((one) => one.left_at === null)).to.equal(true);
  });

  it('is taken back by any request that comes in within the grace', async () => {
    const [ann, bob] = await talking();
    await ann.leave();
    await passTime(2, { polling: [bob] });
    await ann.signals();
    await passTime(grace - 1, { polling: [bob] });
    expect(await statesOf(ann, bob)).to.deep.equal(['IN_CALL', 'IN_CALL']);
  });

  it('is not taken back by a held request that was open before: the farewell overtook its closing', async () => {
    const [ann, bob] = await talking();
    await ann.hold();
    await ann.leave();
    await passTime(grace, { polling: [bob] });
    expect(await statesOf(ann, bob)).to.deep.equal(['IDLE', 'DISCONNECTING']);
  });

  it('for an older page means nothing: a newer one is open', async () => {
    const [ann, bob] = await talking();
    await ann.join();
    await ann.leave(1);
    await passTime(grace + 1, { polling: [bob] });
    expect(await statesOf(ann, bob)).to.deep.equal(['IN_CALL', 'IN_CALL']);
  });

  it('a second time counts from the second time', async () => {
    const [ann, bob] = await talking();
    await ann.leave();
    await passTime(3, { polling: [bob] });
    await ann.signals();
    await passTime(2, { polling: [bob] });
    await ann.leave();
    await passTime(grace - 1, { polling: [bob] });
    expect(await statesOf(ann, bob)).to.deep.equal(['IN_CALL', 'IN_CALL']);
    await passTime(1, { polling: [bob] });
    expect(await statesOf(ann, bob)).to.deep.equal(['IDLE', 'DISCONNECTING']);
  });

  it('is forgotten when they come back just before the sweeper judges', async () => {
    const [ann, bob] = await talking();
    await ann.leave();
    await passTime(grace - 1, { polling: [bob] });
    await passTime(2, { polling: [bob], sweeping: false });
    const joins = () => join(ann.id, ann.round); // as if Redis had not heard of it yet
    await inThisOrder([ann, bob], joins, releaseLeft);
    expect(await statesOf(ann, bob)).to.deep.equal(['IN_CALL', 'IN_CALL']);
  });

  it('and coming back is not forgotten by an emptied Redis', async () => {
    const [ann, bob] = await talking();
    await ann.leave();
    await passTime(2, { polling: [bob] });
    const held = await ann.hold();
    await emptyRedis();
    await passTime(grace - 1, { polling: [bob] });
    expect(await statesOf(ann, bob)).to.deep.equal(['IN_CALL', 'IN_CALL']);
    await held.abort();
  });

  it('after the end changes nothing', async () => {
    const [ann, bob] = await talking();
    await bob.skip();
    await ann.leave();
    expect((await roundOf(ann)).participants.every((one) => one.left_at === null)).to.equal(true);
  });
});

describe('somebody who is lost', () => {
  isAStory();

  it('in a call, for twelve seconds, goes home; the partner is told and released', async () => {
    const [ann, bob] = await talking();
    await passTime(rules.lostAfterSeconds - 1, { polling: [bob] });
    expect(await statesOf(ann, bob)).to.deep.equal(['IN_CALL', 'IN_CALL']);
    await passTime(2, { polling: [bob] });

    expect(await roundOf(ann)).to.include({ status: 'completed', end_reason: 'stale', ended_by: ann.id });
    expect(await journeyOf(ann)).to.include({ state: 'IDLE', session_id: null, early_exits: 1 });
    expect((await journeyOf(bob)).notice).to.include({ reason: 'stale', initiated_by: 'partner' });
    expect((await ann.poll()).session_status).to.equal('ended');
  });

  it('before the call, having acknowledged, too', async () => {
    const [ann, bob] = await connecting();
    await passTime(rules.lostAfterSeconds + 1, { polling: [bob] });
    expect(await roundOf(ann)).to.include({ status: 'cancelled', end_reason: 'stale' });
    expect(await statesOf(ann, bob)).to.deep.equal(['IDLE', 'WAITING']);
  });

  it('together with the partner leaves nobody to blame', async () => {
    const [ann, bob] = await talking();
    await passTime(rules.lostAfterSeconds + 1);
    expect(await roundOf(ann)).to.include({ end_reason: 'stale', ended_by: null });
    expect(await statesOf(ann, bob)).to.deep.equal(['IDLE', 'IDLE']);
  });

  it('is not whoever holds a request, sends a signal or says that they are there', async () => {
    const [ann, bob] = await talking();
    for (let turn = 0; turn < 3; turn += 1) {
      const held = await bob.hold({ wait: 10 });
      await ann.heartbeat();
      await passTime(5);
      await ann.send({ session_id: ann.round, type: 'media-state', data: {} });
      await passTime(4);
      await held.abort();
    }
    expect(await statesOf(ann, bob)).to.deep.equal(['IN_CALL', 'IN_CALL']);
  });

  it('is not whoever Redis has forgotten', async () => {
    const [ann, bob] = await talking();
    await passTime(rules.lostAfterSeconds - 2, { polling: [bob] });
    await emptyRedis();
    await passTime(rules.lostAfterSeconds - 2, { polling: [bob] });
    expect(await statesOf(ann, bob)).to.deep.equal(['IN_CALL', 'IN_CALL']);
    await passTime(4, { polling: [bob] });
    expect(await statesOf(ann, bob)).to.deep.equal(['IDLE', 'DISCONNECTING']);
  });

  it('after the deadline was there to the end: the clock came first', async () => {
    const [ann, bob] = await talking();
    clock.advance((rules.roundSeconds - 11) * 1000);
    await Promise.all([ann.poll(), bob.poll()]);
    await passTime(rules.lostAfterSeconds + 1, { polling: [bob] });
    expect((await roundOf(ann)).end_reason).to.equal('clock');
    expect(await statesOf(ann, bob)).to.deep.equal(['DECIDING', 'DECIDING']);
  });
});
