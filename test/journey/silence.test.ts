import { expect } from 'chai';
import { clock } from '#core/clock.ts';
import { lastSeen } from '#core/views/presence.ts';
import { cleanUpSessions, endStaleSessions } from '#core/sweeps/journeys.ts';
import { rules } from '#core/rules.ts';
import { sweep } from '#core/sweeper.ts';
import { startSession } from '#core/sessions/session.ts';
import { startBody } from '#core/wire/matching.ts';
import {
  emptyRedis,
  journeyOf,
  isAStory,
  passTime,
  person,
  placed,
  runWave,
  statesOf,
  stepsOf,
} from '../cast.ts';
import { justAfter } from '../race.ts';

describe('somebody of whom nothing is heard', () => {
  isAStory();

  for (const state of ['WAITING', 'DISCONNECTING'] as const)
    it(`for thirty seconds in ${state} goes home, and their session ends`, async () => {
      const [ann] = await placed(state);
      await ann.heartbeat();
      await passTime(rules.staleAfterSeconds - 2);
      expect(await statesOf(ann)).to.deep.equal(['WAITING']);
      await passTime(4);

      expect(await journeyOf(ann)).to.include({ state: 'IDLE', session_id: null });
      expect(await stepsOf(ann)).to.include('stale');
      expect(await ann.poll()).to.include({ state: 'IDLE', session_status: 'ended' });
    });

  it('while deciding is back in the pool after twenty seconds, and at home after thirty', async () => {
    const [ann] = await placed('DECIDING');
    await passTime(rules.decisionSeconds);
    expect(await statesOf(ann)).to.deep.equal(['WAITING']);
    await passTime(rules.staleAfterSeconds - rules.decisionSeconds + 2);
    expect(await statesOf(ann)).to.deep.equal(['IDLE']);
  });

  it('but who holds a request is there, and so is who polls, and who only says so', async () => {
    const people = [await person(), await person(), await person()] as const;
    const [holding, polling, saying] = people;
    for (const one of people) await one.start({ mode: 'text', genders: ['man'] });
    for (let minute = 0; minute < 4; minute += 1) {
      const held = await holding.hold({ wait: 20 });
      for (let second = 0; second < 15; second += 5) {
        await passTime(5);
        await polling.poll();
        await saying.heartbeat();
      }
      await held.abort();
    }
    expect(await statesOf(...people)).to.deep.equal(['WAITING', 'WAITING', 'WAITING']);
  });

  it('is judged only by a record that is as long as the silence: an emptied Redis sends nobody home', async () => {
    const [ann] = await placed('WAITING');
    await passTime(rules.staleAfterSeconds - 1);
    await emptyRedis();
    await passTime(rules.staleAfterSeconds - 2);
    expect(await statesOf(ann)).to.deep.equal(['WAITING']);
    await passTime(5);
    expect(await statesOf(ann)).to.deep.equal(['IDLE']);
  });

  it('is not judged by a house that slept itself: a gap of five seconds starts the record anew', async () => {
    const [ann] = await placed('WAITING');
    await passTime(5);
    clock.advance(rules.staleAfterSeconds * 1000);
    await sweep();
    expect(await statesOf(ann)).to.deep.equal(['WAITING']);
  });

  it('is judged again under the lock: who has started anew meanwhile stays', async () => {
    const [ann, bob] = [await person(), await person()];
    await sweep();
    for (const one of [ann, bob]) await one.start({ mode: 'text', genders: ['man'] });
    await passTime(rules.staleAfterSeconds - 1);
    await passTime(2, { sweeping: false });
    const startsAnew = () => startSession(ann.me, startBody.parse({})); // as if Redis had not heard of it yet
    await justAfter(`'DECIDING', 'DISCONNECTING') AND last_seen_at`, endStaleSessions, startsAnew);
    expect(await statesOf(ann, bob)).to.deep.equal(['WAITING', 'IDLE']);
  });
});

describe('an hour in the pool', () => {
  isAStory();

  it('is the longest wait', async () => {
    const [ann] = await placed('WAITING');
    clock.advance((rules.longestWaitSeconds - 2) * 1000);
    await passTime(1, { polling: [ann] });
    expect(await statesOf(ann)).to.deep.equal(['WAITING']);
    await passTime(1);

    expect(await journeyOf(ann)).to.include({ state: 'IDLE', session_id: null });
    expect(await stepsOf(ann)).to.deep.equal(['start', 'waited_too_long']);
    expect(await runWave()).to.deep.equal([]);
  });
});

describe('the record of who was seen when', () => {
  it('reaches Postgres within five seconds and a sweep', async () => {
    const [ann] = await placed('WAITING');
    for (let second = 0; second < 7; second += 1) {
      await passTime(1, { polling: [ann] });
      const behind = clock.ms() - (await journeyOf(ann)).last_seen_at.getTime();
      expect(behind).to.be.below(6_500);
    }
  });

  it('does not keep for ever who was here once', async () => {
    const [ann] = await placed('WAITING');
    await ann.stop();
    const bob = await person();
    clock.advance((rules.presenceHours * 3600 - 1) * 1000);
    await bob.start();
    await cleanUpSessions();
    expect(await lastSeen('world', [ann.id, bob.id])).to.not.include(0);
    await passTime(3, { sweeping: false });
    await cleanUpSessions();
    expect((await lastSeen('world', [ann.id, bob.id])).map((ms) => ms > 0)).to.deep.equal([false, true]);
  });
});
