import { expect } from 'chai';
import { clock } from '#core/clock.ts';
import { newId } from '#core/ids.ts';
import { rules } from '#core/rules.ts';
import { sweep } from '#core/sweeper.ts';
import { transaction } from '#core/transaction.ts';
import { sql, statementCount } from '#db/postgres.ts';
import { openDoor } from '../api/door.ts';
import { signAccessToken } from '#core/accounts/token.ts';
import {
  connecting,
  deciding,
  drawsMode,
  journeyOf,
  nothingIsBroken,
  person,
  refusal,
  roundOf,
  statesOf,
  talking,
  together,
  type Player,
} from '../cast.ts';
import { newGate, waitsForALock } from '../gate.ts';
import { withoutRedis } from '../outage.ts';
import { upTo } from '../signalling/letters.ts';
import { whereabouts } from '../still.ts';

interface Saved {
  id: string;
  reporter_id: string;
  flagged_id: string;
  category: string | null;
  reason: string | null;
  queue: string;
  status: string;
}
const flagsSaved = () => sql<Saved>('SELECT * FROM flags ORDER BY created_at, id');
const blocksSaved = () => sql<{ blocker_id: string; blocked_id: string }>('SELECT * FROM blocks');

describe('a flag', () => {
  drawsMode();
  afterEach(nothingIsBroken);

  it('asks Postgres no more than it must, from its token to the partner’s notice: somebody waits for it', async () => {
    const [ann] = await talking();
    const before = statementCount();
    await ann.flag();
    expect(statementCount() - before).to.be.at.most(20); // three of them write its row of the log, two see what it leads to
  });

  it('is saved, ends the call and blocks the pair before it is answered', async () => {
    const [ann, bob] = await talking();
    const { flag, state } = await ann.flag({ category: 'harassment', reason: 'He would not stop shouting' });
    expect(flag).to.include({ match_id: ann.round, status: 'pending', category: 'harassment' });
    expect(state).to.equal('IDLE');

    const [saved] = await flagsSaved();
    expect(saved).to.include({ id: flag.id, reporter_id: ann.id, flagged_id: bob.id, queue: 'normal' });
    expect(await blocksSaved()).to.have.length(1);
    expect((await blocksSaved())[0]).to.include({ blocker_id: ann.id, blocked_id: bob.id });
    expect(await roundOf(ann)).to.include({ status: 'completed', end_reason: 'flag', ended_by: ann.id });
    expect(await statesOf(ann, bob)).to.deep.equal(['IDLE', 'DISCONNECTING']);
  });

  for (const again of [connecting, talking])
    it(`by the id of an old round ends the one that the same two are in now (${again.name})`, async () => {
      const [first, ann, bob] = await together(again);
      expect((await ann.flag({}, first)).flag.match_id).to.equal(first);
      expect(await roundOf(ann)).to.include({ end_reason: 'flag', ended_by: ann.id });
      expect((await statesOf(ann))[0]).to.equal('IDLE');
      await bob.poll();
      expect(await bob.poll()).to.include({ state: 'WAITING' });
    });

  it('with `then` takes the reporter on to the next one', async () => {
    const [ann, bob] = await talking();
    expect((await ann.flag({ then: 'waiting' })).state).to.equal('WAITING');
    expect(await statesOf(ann, bob)).to.deep.equal(['WAITING', 'DISCONNECTING']);
  });

  it('while connecting cancels the round: the reporter goes home, the partner keeps their place', async () => {
    const [ann, bob] = await connecting();
    const { waiting_since } = await journeyOf(bob);
    await ann.flag();
    expect(await roundOf(ann)).to.include({ status: 'cancelled', end_reason: 'flag' });
    expect(await statesOf(ann, bob)).to.deep.equal(['IDLE', 'WAITING']);
    expect((await journeyOf(bob)).waiting_since).to.deep.equal(waiting_since);
  });

  it('is no early exit: it costs nothing', async () => {
    const [ann] = await talking();
    await ann.flag({ then: 'waiting' });
    expect(await journeyOf(ann)).to.include({ early_exits: 0, cooldown_until: null });
  });

  it('whose transaction dies in the middle has left nothing behind, and works when it is repeated', async () => {
    const [ann, bob] = await talking();
    const [held, gate] = [newGate(), newGate()];
    const holding = transaction(async (tx) => {
      await tx.sql('LOCK TABLE blocks IN EXCLUSIVE MODE');
      held.open();
      await gate.passed;
    });
    await held.passed;
    const flagging = refusal(ann.flag());
    expect(await waitsForALock(flagging), 'the flag is in, the block is not').to.be.true;
    await sql(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND wait_event_type = 'Lock'`,
    );
    expect(await flagging).to.equal('unavailable');
    gate.open();
    await holding;
    expect([await flagsSaved(), await blocksSaved()]).to.deep.equal([[], []]);
    expect(await statesOf(ann, bob)).to.deep.equal(['IN_CALL', 'IN_CALL']);

    await ann.flag();
    expect([(await flagsSaved()).length, (await blocksSaved()).length]).to.deep.equal([1, 1]);
    expect(await statesOf(ann, bob)).to.deep.equal(['IDLE', 'DISCONNECTING']);
  });

  it('is saved without Redis too', async () => {
    const [ann, bob] = await talking();
    const { flag, state } = await withoutRedis(() => ann.flag());
    expect(state).to.equal('IDLE');
    expect((await flagsSaved())[0]?.id).to.equal(flag.id);
    expect((await roundOf(ann)).end_reason).to.equal('flag');
    clock.advance(2_000);
    await sweep();
    expect((await bob.poll()).notice, 'and the partner hears of the end').to.include({ reason: 'end' });
  });

  it('repeated is the same flag: what is added is added', async () => {
    const [ann] = await talking();
    const first = (await ann.flag({ category: 'spam' })).flag;
    clock.advance(1_000);
    const second = (await ann.flag({ reason: 'Sells something all the time' })).flag;
    expect(second).to.deep.include({
      id: first.id,
      category: 'spam',
      reason: 'Sells something all the time',
    });
    expect(second.created_at).to.equal(first.created_at);
    clock.advance(3_600_000);
    expect((await ann.flag()).flag, 'even when it would be too late for a first').to.deep.equal(second);
    expect(await flagsSaved()).to.have.length(1);
  });

  it('sent twice at once is one flag', async () => {
    const [ann] = await talking();
    const answers = await Promise.all([ann.flag(), ann.flag({ category: 'scam' }), ann.flag(), ann.flag()]);
    expect(new Set(answers.map(({ flag }) => flag.id)).size).to.equal(1);
    expect(await flagsSaved()).to.have.length(1);
    expect((await flagsSaved())[0]?.category).to.equal('scam');
  });

  it('of each on the other are two', async () => {
    const [ann, bob] = await talking();
    await Promise.all([ann.flag(), bob.flag()]);
    expect(await flagsSaved()).to.have.length(2);
    expect(await blocksSaved()).to.have.length(2);
  });

  it('is taken until ten minutes after the other one has quickly ended', async () => {
    const [ann, bob] = await talking();
    await bob.end();
    await ann.poll();
    await ann.poll();
    const before = await whereabouts(ann);
    clock.advance(rules.flagWithinMinutes * 60_000 - 20_000);
    const { state } = await ann.flag({ then: 'idle' });
    expect(state, 'wherever the reporter is by now').to.equal('WAITING');
    expect(await whereabouts(ann)).to.deep.equal(before);
    expect((await roundOf(ann)).end_reason, 'the end stays what it was').to.equal('end');
    expect(await blocksSaved()).to.have.length(1);
    await ann.poll();
    await bob.poll();
  });

  it('comes too late after that', async () => {
    const [ann, bob] = await talking();
    await bob.skip();
    clock.advance(rules.flagWithinMinutes * 60_000 + 1_000);
    expect(await refusal(ann.flag())).to.equal('flag_too_late');
    expect([await flagsSaved(), await blocksSaved()]).to.deep.equal([[], []]);
  });

  it('while deciding says no, whatever was said before', async () => {
    for (const before of [undefined, 'continue', 'next'] as const) {
      const [ann, bob] = await deciding();
      if (before) await ann.decide(before);
      expect((await ann.flag()).state).to.equal('WAITING');
      expect((await bob.decide('continue')).outcome).to.equal('pending');
      const [vote] = await sql('SELECT decision FROM decisions WHERE round_id = $1 AND user_id = $2', [
        ann.round,
        ann.id,
      ]);
      expect(vote).to.deep.equal({ decision: 'skip' });
      expect((await roundOf(ann)).mutual_at).to.be.null;
      for (const one of [ann, bob]) await one.stop();
    }
  });

  it('beyond five in an hour is kept in the low-trust queue, for the person and for the device', async () => {
    const ann = await person();
    for (const _ of upTo(5)) await flagSomebody(ann);
    expect((await flagsSaved()).map(({ queue }) => queue)).to.deep.equal(Array(5).fill('normal'));
    await flagSomebody(ann);
    await flagSomebody(await person({ device_token: ann.deviceToken }));
    expect((await flagsSaved()).slice(5).map(({ queue }) => queue)).to.deep.equal(['low_trust', 'low_trust']);
    expect(await blocksSaved(), 'and blocks all the same').to.have.length(7);
    clock.advance(3_600_000);
    await flagSomebody(ann);
    expect((await flagsSaved()).at(-1)?.queue).to.equal('normal');
  });

  it('is never lost to a rate limit', async () => {
    const [ann, bob] = await talking();
    const door = openDoor({ rateLimitFactor: 0.0001 });
    const flag = () =>
      door
        .post('/api/flags')
        .set('Authorization', `Bearer ${signAccessToken(ann.me, clock.now())}`)
        .send({ match_id: ann.round });
    expect((await flag()).status).to.equal(201);
    expect(await flagsSaved()).to.have.length(1);
    const repeated = await flag();
    expect(repeated.status, 'what repeats a saved one may be').to.equal(429);
    expect(repeated.headers).to.include.keys('retry-after');
    expect((await flagsSaved())[0]).to.deep.include({ reporter_id: ann.id, flagged_id: bob.id });
  });

  it('is of the partner: an unknown round, a stranger’s, oneself and somebody else are the same 404', async () => {
    const [ann, bob] = await talking();
    const eve = await person();
    const refused = [
      await eve.visit('POST', '/api/flags', { match_id: ann.round }),
      await eve.visit('POST', '/api/flags', { match_id: newId() }),
      await ann.visit('POST', '/api/flags', { match_id: ann.round, flagged_user_id: ann.id }),
      await ann.visit('POST', '/api/flags', { match_id: ann.round, flagged_user_id: eve.id }),
      await ann.visit('POST', '/api/flags', { match_id: ann.round, flagged_user_id: newId() }),
      await eve.visit('POST', '/api/flags', { match_id: ann.round, flagged_user_id: bob.id }),
    ];
    expect(
      new Set(refused.map(({ body }) => JSON.stringify({ ...(body as object), instance: '' }))).size,
    ).to.equal(1);
    expect(refused[0]!.status).to.equal(404);
    expect(await flagsSaved()).to.deep.equal([]);
    expect(await statesOf(ann, bob)).to.deep.equal(['IN_CALL', 'IN_CALL']);
    await ann.flag({ flagged_user_id: bob.id });
  });
});

/** One more call, which ends with a flag. */
async function flagSomebody(who: Player): Promise<void> {
  await talking(who, await person());
  await who.flag();
}
