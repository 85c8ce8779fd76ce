import { expect } from 'chai';
import { erase } from '#core/accounts/erase.ts';
import { clock } from '#core/clock.ts';
import { decide } from '#core/decisions/decide.ts';
import { Problem } from '#core/errors.ts';
import { draftOf, journeyIn } from '#core/commands/draft.ts';
import { lockDraft, saveDraft } from '#core/commands/locked.ts';
import { advance } from '#core/journey/advance.ts';
import { publish } from '#core/views/publish.ts';
import { releaseLost } from '#core/sweeps/silence.ts';
import { settings } from '#core/settings.ts';
import { block } from '#core/safety/block.ts';
import { restrict } from '#core/safety/restrict.ts';
import { send } from '#core/signalling/send.ts';
import { sweep } from '#core/sweeper.ts';
import { transaction } from '#core/transaction.ts';
import { keys } from '#db/keys.ts';
import { sql } from '#db/postgres.ts';
import { redis } from '#db/redis.ts';
import {
  connecting,
  deciding,
  isAStory,
  journeyOf,
  passTime,
  refusal,
  runWave,
  statesOf,
  talking,
  waiting,
} from '../cast.ts';
import { newGate, waitsForALock } from '../gate.ts';
import { justAfter } from '../race.ts';

const codeOf = (work: Promise<unknown>): Promise<string | null> =>
  work.then(
    () => null,
    (error: unknown) => (error instanceof Problem ? error.code : String(error)),
  );

/** Each of these was found by the proof, or in doubt while it was made; none needs luck any more. */
describe('what the proof has found', () => {
  isAStory();

  it('whoever is erased is not brought back by a view that was read before and written after', async () => {
    const [ann] = await waiting();
    await justAfter(
      'LEFT JOIN rounds m',
      () => publish([ann.id]),
      () => erase(ann.id),
    );
    expect(await redis.zscore(keys.waiting('world'), ann.id)).to.equal(null);
    expect(await redis.hget(keys.view('world', ann.id), 'body')).to.equal(null);
    expect(await refusal(ann.poll())).to.equal('unauthenticated');
  });

  it('a request that was let in before its owner was erased leaves nothing behind', async () => {
    const [ann] = await connecting();
    const blocking = justAfter(
      'm.device_id, r.ended_at',
      () => block(ann.id, ann.round),
      () => erase(ann.id),
    );
    expect(await codeOf(blocking)).to.equal('unauthenticated');
    expect(await sql('SELECT 1 FROM blocks')).to.deep.equal([]);
  });

  it('whoever is erased is told so when they send signals, and not to try again', async () => {
    const [ann] = await talking();
    await erase(ann.id);
    const epochs = { epoch: null, peerEpoch: null };
    const sending = send(ann.id, ann.round, [{ type: 'bye', data: {} }], epochs);
    expect(await codeOf(sending)).to.equal('unauthenticated');
  });

  it('and so is whoever is erased after Postgres has confirmed that they are there', async () => {
    const [ann] = await talking();
    await ann.skip();
    const sending = justAfter(
      'LEFT JOIN rounds m',
      () => send(ann.id, ann.round, [{ type: 'bye', data: {} }], { epoch: null, peerEpoch: null }),
      () => erase(ann.id),
    );
    expect(await codeOf(sending)).to.equal('unauthenticated');
  });

  it('whoever waits for a lock comes later than whom they have waited for', async () => {
    const [ann] = await talking();
    const [held, gate] = [newGate(), newGate()];
    const laterOn = clock.after(5);
    const before = transaction(async (tx) => {
      const { facts } = await lockDraft(tx, { people: [ann.id] });
      const draft = draftOf(facts, laterOn);
      advance(journeyIn(draft, ann.id), 'profile');
      await saveDraft(tx, draft);
      held.open();
      await gate.passed;
    });
    await held.passed;
    const skipping = ann.skip();
    expect(await waitsForALock(skipping)).to.be.true;
    gate.open();
    await Promise.all([before, skipping]);
    const [later] = await sql<{ at: Date }>("SELECT at FROM journey_events WHERE event = 'skip'");
    expect(later!.at.getTime()).to.be.at.least(laterOn.getTime());
  });

  it('whoever knows more than their view, from another process that has not brought it out yet, is told the truth', async () => {
    const [ann] = await waiting();
    const view = keys.view('world', ann.id);
    const before = await redis.hgetall(view);
    await runWave();
    await redis.hset(view, before);
    const { session_id, state_version } = (await ann.pause()) as {
      session_id: string;
      state_version: number;
    };
    expect(session_id).to.equal(ann.session);
    await redis.hset(view, before);
    expect(await ann.poll({ seen: state_version })).to.include({ state: 'CONNECTING', state_version });
  });

  it('whoever is told of an end that another of their tabs has not brought out yet writes no more signals', async () => {
    const [ann] = await talking();
    let sending: Promise<unknown> = Promise.resolve();
    await justAfter(
      'LEFT JOIN rounds m',
      () => ann.flag(),
      async () => {
        await ann.skip();
        sending = send(ann.id, ann.round, [{ type: 'bye', data: {} }], { epoch: null, peerEpoch: null });
        await sending.catch(() => undefined);
      },
    );
    expect(await codeOf(sending)).to.equal('round_over');
  });

  it('whoever is restricted after they have erased themselves was not restricted before their last date', async () => {
    const [ann] = await waiting();
    const order = {
      userId: ann.id,
      kind: 'restriction',
      category: null,
      reason: 'Because',
      hours: 24,
    } as const;
    await justAfter(
      'UNION SELECT device_id FROM journeys',
      () => restrict({ ...order, flagId: null }, null),
      async () => {
        clock.advance(100);
        await runWave();
        await erase(ann.id);
      },
    );
    const [row] = await sql<{ ordered: boolean }>(
      'SELECT created_at >= matched_at AS ordered FROM restrictions, rounds',
    );
    expect(row!.ordered).to.be.true;
  });

  it('whoever votes as the window closes, and waits for a flag that came after it, is too late', async () => {
    const [ann, bob] = await deciding();
    await ann.decide('continue');
    const voting = justAfter(
      'own AS MATERIALIZED',
      () => decide(bob.id, bob.round, 'continue'),
      async () => {
        clock.advance(settings.decisionSeconds * 1000);
        await ann.flag();
      },
    );
    expect(await codeOf(voting)).to.equal('decision_closed');
  });

  it('a flag that is repeated leaves the vote that it has withdrawn as it was', async () => {
    const [ann] = await deciding();
    const votes = () => sql('SELECT * FROM decisions');
    await ann.flag();
    const withdrawn = await votes();
    clock.advance(1_000);
    await ann.flag();
    expect(await votes()).to.deep.equal(withdrawn);
  });

  it('whoever flags while connecting, and wants to go on, goes on', async () => {
    const [ann, bob] = await connecting();
    const { state } = await ann.flag({ then: 'waiting' });
    expect(state).to.equal('WAITING');
    expect(await statesOf(ann, bob)).to.deep.equal(['WAITING', 'WAITING']);
    expect((await journeyOf(ann)).session_id).to.equal(ann.session);
  });

  it('whoever does anything between the look and the lock is not lost', async () => {
    const [ann, bob] = await talking();
    await passTime(settings.lostAfterSeconds - 1, { polling: [bob] });
    clock.advance(3_000);
    await bob.poll();
    await justAfter('own AS MATERIALIZED', releaseLost, () => ann.join());
    expect(await statesOf(ann, bob)).to.deep.equal(['IN_CALL', 'IN_CALL']);
  });

  for (const when of ['at the deadline', 'just after the clock has ended the round'])
    it(`an End ${when} leaves the decision open, and puts nobody on camera again`, async () => {
      const [ann, bob] = await talking();
      clock.advance(settings.roundSeconds * 1000);
      if (when !== 'at the deadline') await sweep();
      expect((await ann.end()).state).to.equal('DECIDING');
      expect(await ann.decide('continue')).to.include({ outcome: 'pending' });
      expect(await journeyOf(ann)).to.include({ state: 'IDLE', session_id: ann.session });
      await bob.decide('next');
      expect(await statesOf(ann, bob)).to.deep.equal(['IDLE', 'WAITING']);
    });
});
