import { expect } from 'chai';
import { clock } from '#core/clock.ts';
import { settings } from '#core/settings.ts';
import { keys } from '#db/keys.ts';
import { redis } from '#db/redis.ts';
import { deciding, journeyOf, nothingIsBroken, person, runWave, type Player } from '../cast.ts';

const mutual = (match: string) => ({ reason: 'mutual', match_id: match, initiated_by: 'system' });

describe('the notice of a match', () => {
  afterEach(nothingIsBroken);

  it('keeps whoever waits out of the pool until they have seen it, and lets them in at their old place', async () => {
    const [ann, bob] = await matched();
    const cat = await waiter();
    expect(await runWave()).to.have.length(0);
    const told = await ann.poll();
    expect(told.notice).to.deep.equal({ ...mutual(ann.round), target_state: 'WAITING', partner_name: 'Bob' });
    expect(told.queue).to.include({ position: null });
    expect(await runWave(), 'told is not yet seen').to.have.length(0);

    expect(await ann.poll()).to.deep.include({ state: 'WAITING', notice: null });
    const opened = await runWave();
    expect(opened.flatMap(({ user1_id, user2_id }) => [user1_id, user2_id])).to.have.members([
      ann.id,
      cat.id,
    ]);
    expect((await bob.poll()).notice, 'each sees their own').to.include(mutual(bob.round));
    await ann.poll();
    await cat.poll();
  });

  it('wakes a held request of whoever waits', async () => {
    const [ann, bob] = await deciding();
    await ann.decide('continue');
    await ann.poll();
    const held = await ann.hold();
    await bob.decide('continue');
    expect((await held.answer).notice).to.include(mutual(ann.round));
  });

  it('repeats until seen: a lost response costs nothing', async () => {
    const [ann] = await matched();
    const before = ann.version;
    for (let lost = 0; lost < 3; lost += 1)
      expect((await ann.poll({ seen: before })).notice).to.include(mutual(ann.round));
    expect((await ann.poll()).notice).to.be.null;
    expect((await ann.poll({ seen: before })).notice, 'and once seen never again').to.be.null;
  });

  it('repeats to a script that does not say what it has seen until its next request', async () => {
    const [ann] = await matched();
    expect((await ann.poll({ seen: null, wait: 5 })).notice).to.include(mutual(ann.round));
    await ann.heartbeat();
    expect(await ann.poll({ seen: null })).to.deep.include({ state: 'WAITING', notice: null });
  });

  it('is not taken for seen because somebody knows a later version from another answer', async () => {
    const [ann] = await matched();
    await ann.pause();
    expect(ann.version).to.equal((await journeyOf(ann)).version);
    expect((await ann.poll()).notice).to.include(mutual(ann.round));
    expect((await ann.poll()).notice).to.be.null;
  });

  it('survives that Redis is emptied', async () => {
    const [ann] = await matched();
    expect((await ann.poll()).notice).to.include(mutual(ann.round));
    await redis.del(keys.view('world', ann.id));
    expect((await ann.poll()).notice, 'that it was told is forgotten').to.include(mutual(ann.round));
    expect((await ann.poll()).notice).to.be.null;
  });

  it('reaches somebody who is being connected, and disturbs nothing', async () => {
    const [ann, bob, first, cat] = await datingAnother();
    const held = await ann.hold();
    await bob.decide('continue', undefined, first);
    const told = await held.answer;
    expect(told).to.include({ state: 'CONNECTING', match_found: true });
    expect(told.notice).to.include({ ...mutual(first), target_state: 'CONNECTING' });

    expect(await ann.poll()).to.deep.include({ state: 'CONNECTING', notice: null });
    await ann.join();
    await cat.join();
    expect((await ann.poll()).state).to.equal('IN_CALL');
  });

  it('reaches somebody in a call, through their signals too', async () => {
    const [ann, bob, first, cat] = await datingAnother();
    await ann.join();
    await cat.join();
    await ann.poll();
    const held = await ann.holdSignals();
    await bob.decide('continue', undefined, first);
    const { session } = await held.answer;
    expect(session.state).to.equal('IN_CALL');
    expect(session.notice).to.include(mutual(first));

    expect((await ann.signals()).session.notice).to.be.null;
    expect((await ann.poll()).notice).to.be.null;
  });

  it('comes after the end of a call that covers it', async () => {
    const [ann, bob, first, cat] = await datingAnother();
    await ann.join();
    await cat.join();
    await ann.poll();
    await bob.decide('continue', undefined, first);
    await cat.skip(ann.round);

    expect((await ann.poll()).notice).to.include({ reason: 'skip', initiated_by: 'partner' });
    expect(await ann.poll()).to.deep.include({
      state: 'WAITING',
      notice: { ...mutual(first), target_state: 'WAITING', partner_name: 'Bob' },
    });
    expect(await ann.poll()).to.deep.include({ state: 'WAITING', notice: null });
  });

  it('waits for whoever has skipped the next call meanwhile: the answer to a skip does not tell it', async () => {
    const [ann, bob, first, cat] = await datingAnother();
    await ann.join();
    await cat.join();
    await bob.decide('continue', undefined, first);
    expect((await ann.skip()).notice.reason).to.equal('skip');
    expect((await ann.poll()).notice).to.include(mutual(first));
    expect((await ann.poll()).notice).to.be.null;
  });

  it('reaches somebody who has gone home, and stays with them when they start again', async () => {
    const [ann, bob] = await deciding();
    await ann.decide('continue');
    await ann.stop();
    await bob.decide('continue');
    expect(await ann.poll()).to.deep.include({
      state: 'IDLE',
      session_status: 'ended',
      notice: { ...mutual(ann.round), target_state: 'IDLE', partner_name: 'Bob' },
    });

    await ann.start();
    await bob.poll();
    await bob.poll();
    await waiter();
    expect(await ann.poll({ seen: 0 })).to.deep.include({ state: 'WAITING' });
    expect((await journeyOf(ann)).parked).to.be.true;
    expect((await ann.poll()).notice).to.be.null;
    expect((await journeyOf(ann)).parked).to.be.false;
  });

  it('reaches somebody who has paused, and does not take them into the pool', async () => {
    const [ann, bob] = await deciding();
    await ann.pause();
    await ann.decide('continue');
    await bob.decide('continue');
    const told = await ann.poll();
    expect(told).to.include({ state: 'IDLE', session_status: 'paused' });
    expect(told.notice).to.include(mutual(ann.round));
    expect((await ann.poll()).notice).to.be.null;
    expect((await ann.resume()).state).to.equal('WAITING');
    expect((await journeyOf(ann)).parked).to.be.false;
  });

  it('of a second match comes after that of the first', async () => {
    const [ann, bob, first, cat] = await datingAnother();
    await ann.join();
    await cat.join();
    await ann.poll();
    await bob.decide('continue', undefined, first);
    const unseen = ann.version;
    clock.advance(settings.roundSeconds * 1000);
    await ann.poll({ seen: unseen });
    await ann.decide('continue');
    await cat.decide('continue', undefined, ann.round);

    expect((await ann.poll({ seen: unseen })).notice).to.include(mutual(first));
    expect((await ann.poll()).notice).to.include({ ...mutual(ann.round), partner_name: 'Cat' });
    expect((await journeyOf(ann)).parked, 'both first').to.be.true;
    expect((await ann.poll()).notice).to.be.null;
    expect((await journeyOf(ann)).parked).to.be.false;
  });

  it('is all: the two do not meet again in these sessions', async () => {
    const [ann, bob] = await matched();
    for (const one of [ann, bob, ann, bob]) await one.poll();
    expect(await runWave()).to.have.length(0);
  });
});

/** Ann and Bob have both said yes; neither knows of it. */
async function matched(): Promise<[Player, Player]> {
  const [ann, bob] = await deciding();
  await ann.decide('continue');
  await ann.poll();
  await bob.decide('continue');
  return [ann, bob];
}

/** Somebody else who waits. */
async function waiter(): Promise<Player> {
  const cat = await person({ display_name: 'Cat' });
  await cat.start();
  await cat.poll();
  return cat;
}

/** Ann has said yes to Bob, who has not voted yet, and is being connected with Cat in a new session. */
async function datingAnother(): Promise<[ann: Player, bob: Player, first: string, cat: Player]> {
  const [ann, bob] = await deciding();
  const first = ann.round;
  await ann.decide('continue');
  await ann.stop();
  await ann.start();
  await ann.poll();
  const cat = await waiter();
  await runWave();
  expect((await ann.poll()).match_data?.user_name).to.equal('Cat');
  await cat.poll();
  return [ann, bob, first, cat];
}
