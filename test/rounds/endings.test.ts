import { expect } from 'chai';
import type { EndReason, State } from '#core/journey/journey.ts';
import { clock } from '#core/clock.ts';
import {
  connecting,
  journeyOf,
  isAStory,
  passTime,
  roundOf,
  runWave,
  statesOf,
  talking,
  type Player,
} from '../cast.ts';

interface Case {
  by: (ann: Player) => Promise<unknown>;
  reason: EndReason;
  /** As people see it. */
  seen: string;
  /** Where Ann, who does it, and Bob come to, from a call and from before it. */
  inCall: [State, State];
  before: [State, State];
  earlyExit: 0 | 1;
}

const endings: Record<string, Case> = {
  'A Skip': {
    by: (ann) => ann.skip(),
    ...{ reason: 'skip', seen: 'skip', earlyExit: 1 },
    ...{ inCall: ['WAITING', 'DISCONNECTING'], before: ['WAITING', 'WAITING'] },
  },
  'An End': {
    by: (ann) => ann.end(),
    ...{ reason: 'end', seen: 'end', earlyExit: 1 },
    ...{ inCall: ['IDLE', 'DISCONNECTING'], before: ['IDLE', 'WAITING'] },
  },
  'A flag': {
    by: (ann) => ann.flag(),
    ...{ reason: 'flag', seen: 'end', earlyExit: 0 },
    ...{ inCall: ['IDLE', 'DISCONNECTING'], before: ['IDLE', 'WAITING'] },
  },
  'A flag by somebody who goes on': {
    by: (ann) => ann.flag({ then: 'waiting' }),
    ...{ reason: 'flag', seen: 'end', earlyExit: 0 },
    ...{ inCall: ['WAITING', 'DISCONNECTING'], before: ['WAITING', 'WAITING'] },
  },
  'A block': {
    by: (ann) => ann.block(),
    ...{ reason: 'block', seen: 'end', earlyExit: 0 },
    ...{ inCall: ['WAITING', 'DISCONNECTING'], before: ['WAITING', 'WAITING'] },
  },
};

for (const [name, { by, reason, seen, inCall, before, earlyExit }] of Object.entries(endings))
  describe(name, () => {
    isAStory();

    it(`in a call leads to ${inCall.join(' and ')}, and both know why`, async () => {
      const [ann, bob] = await talking();
      clock.advance(7000);
      await by(ann);

      expect(await statesOf(ann, bob)).to.deep.equal(inCall);
      expect(await roundOf(ann)).to.include({ status: 'completed', end_reason: reason, ended_by: ann.id });
      expect((await bob.poll()).notice).to.deep.equal({
        ...{ match_id: bob.round, reason: seen, initiated_by: 'partner', target_state: 'WAITING' },
      });
      expect(await bob.look()).to.include({ status: 'completed', end_reason: seen, ended_by: 'partner' });
      expect(await ann.look()).to.include({ end_reason: seen, ended_by: 'me', remaining_ms: null });
    });

    it(`before the call leads to ${before.join(' and ')}; the partner keeps their place`, async () => {
      const [ann, bob] = await connecting();
      const since = (await journeyOf(bob)).waiting_since;
      clock.advance(3000);
      await by(ann);

      expect(await statesOf(ann, bob)).to.deep.equal(before);
      expect(await roundOf(ann)).to.include({ status: 'cancelled', end_reason: reason, started_at: null });
      expect((await journeyOf(bob)).waiting_since).to.deep.equal(since);
      expect((await bob.poll()).notice).to.include({ reason: seen, initiated_by: 'partner' });
    });

    it(`counts ${earlyExit ? 'as an early exit for whoever did it' : 'against nobody'}`, async () => {
      const [ann, bob] = await talking();
      await by(ann);
      expect([(await journeyOf(ann)).early_exits, (await journeyOf(bob)).early_exits]).to.deep.equal([
        earlyExit,
        0,
      ]);
    });

    it('keeps the two apart as long as these sessions last', async () => {
      for (const meet of [connecting, talking]) {
        const [ann, bob] = await meet();
        await by(ann);
        if ((await statesOf(ann))[0] === 'IDLE') await ann.start();
        for (const one of [ann, bob]) for (const _ of ['told', 'seen']) await one.poll();
        expect(await statesOf(ann, bob)).to.deep.equal(['WAITING', 'WAITING']);
        expect(await runWave()).to.deep.equal([]);
        for (const one of [ann, bob]) await one.stop();
      }
    });
  });

describe('Skip and End of a round that is over', () => {
  isAStory();

  it('answer with the true ending, and repeat themselves for ever', async () => {
    const [ann, bob] = await talking();
    await ann.skip();
    const late = await bob.end();
    expect(late).to.include({ state: 'IDLE', end_reason: 'skip' });
    expect(late.notice).to.include({ reason: 'skip', initiated_by: 'partner' });
    for (const verb of [ann.skip, ann.end, bob.skip, bob.end])
      expect((await verb()).end_reason).to.equal('skip');
    expect((await journeyOf(bob)).early_exits).to.equal(0);
    expect(await statesOf(ann, bob)).to.deep.equal(['WAITING', 'IDLE']);
  });

  it('repeated after a lost answer change nothing', async () => {
    const [ann, bob] = await talking();
    const first = await ann.end();
    const { early_exits, version } = await journeyOf(ann);
    const again = await ann.end();
    expect(again).to.deep.equal(first);
    expect(await journeyOf(ann)).to.include({ early_exits, version });
    expect((await journeyOf(bob)).state).to.equal('DISCONNECTING');
  });

  it('leave the next round alone', async () => {
    const [ann, bob] = await talking();
    const old = ann.round;
    await ann.skip();
    for (const one of [ann, bob]) await one.stop();
    await talking(ann, bob);
    expect((await ann.end(old)).state).to.equal('IN_CALL');
    expect(await statesOf(ann, bob)).to.deep.equal(['IN_CALL', 'IN_CALL']);
  });

  it('after the clock leave everybody where the clock led them', async () => {
    const [ann, bob] = await talking();
    clock.advance(180_000);
    expect(await ann.end()).to.include({ state: 'DECIDING', end_reason: 'clock' });
    expect((await bob.skip()).notice).to.include({ reason: 'clock', initiated_by: 'system' });
    expect(await statesOf(ann, bob)).to.deep.equal(['DECIDING', 'DECIDING']);
  });

  it('by End lead home even when the partner’s Skip of an unstarted round came first', async () => {
    const [ann, bob] = await connecting();
    await ann.skip();
    expect(await bob.end()).to.include({ state: 'IDLE', end_reason: 'skip' });
    await passTime(1);
    expect(await statesOf(ann, bob)).to.deep.equal(['WAITING', 'IDLE']);
  });
});
