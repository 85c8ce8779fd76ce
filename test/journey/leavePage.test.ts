import { expect } from 'chai';
import { clock } from '#core/clock.ts';
import { settings } from '#core/settings.ts';
import { sweep } from '#core/sweeper.ts';
import {
  deciding,
  heldAreRead,
  isAStory,
  journeyOf,
  person,
  runWave,
  statesOf,
  waiting,
  type Player,
} from '../cast.ts';

const leave = (one: Player) =>
  one.visit('POST', '/api/continuous-matching/leave', { session_id: one.session });

describe('a page that is left while waiting', () => {
  isAStory();

  it('leaves no ghost: nobody is paired with its owner, and the queue is shorter at once', async () => {
    const [ann, bob] = await waiting();
    expect((await bob.poll()).queue).to.include({ size: 2 });
    expect((await leave(ann)).status).to.equal(204);
    expect((await bob.poll()).queue).to.include({ position: 1, size: 1 });
    expect(await runWave()).to.deep.equal([]);
  });

  it('and loaded again costs nothing: the next poll gives the old place', async () => {
    const [ann, bob] = await waiting();
    const { waiting_since } = await journeyOf(ann);
    await leave(ann);
    clock.advance(3000);
    expect((await ann.poll()).queue).to.include({
      position: 1,
      size: 2,
      waiting_since: waiting_since!.toISOString(),
    });
    await runWave();
    expect(await statesOf(ann, bob)).to.deep.equal(['CONNECTING', 'CONNECTING']);
  });

  it('is not taken back by a request that it was still holding', async () => {
    const [ann] = await waiting();
    const held = await ann.hold();
    await leave(ann);
    await heldAreRead();
    expect(await journeyOf(ann)).to.include({ state: 'WAITING', parked: true });
    await held.abort();
    expect(await runWave()).to.deep.equal([]);
  });

  it('twice, in another session or at home changes nothing', async () => {
    const [ann] = await waiting();
    await leave(ann);
    const { version } = await journeyOf(ann);
    await leave(ann);
    expect((await journeyOf(ann)).version).to.equal(version);
    const before = ann.session;
    await ann.start();
    await ann.visit('POST', '/api/continuous-matching/leave', { session_id: before });
    expect(await journeyOf(ann)).to.include({ state: 'WAITING', parked: false });
    await ann.stop();
    expect((await leave(ann)).status).to.equal(204);
    expect((await journeyOf(ann)).state).to.equal('IDLE');
  });

  it('while deciding, keeps its owner outside the pool when the window closes, voted or not', async () => {
    const [ann, bob] = await deciding();
    const cid = await person();
    await cid.start();
    await ann.decide('next');
    for (const one of [ann, bob]) await leave(one);
    clock.advance(settings.decisionSeconds * 1000);
    await sweep();
    for (const one of [ann, bob]) expect(await journeyOf(one)).to.include({ state: 'WAITING', parked: true });
    expect((await cid.poll()).queue).to.include({ size: 1 });
    expect(await runWave()).to.deep.equal([]);
    await bob.poll();
    expect(await runWave()).to.have.length(1);
  });
});
