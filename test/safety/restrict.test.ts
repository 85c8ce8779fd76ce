import { expect } from 'chai';
import { clock } from '#core/clock.ts';
import { newId } from '#core/ids.ts';
import { verifyLog } from '#core/audit/log.ts';
import { lift } from '#core/safety/lift.ts';
import { restrict, type Order } from '#core/safety/restrict.ts';
import { markPublished, publish } from '#core/views/publish.ts';
import { commitPairs } from '#core/matching/commit.ts';
import { lead } from '#core/matching/lease.ts';
import { pair } from '#core/matching/pairing.ts';
import { readPool } from '#core/matching/people.ts';
import { sweep } from '#core/sweeper.ts';
import { sql, statementCount } from '#db/postgres.ts';
import { scriptCount } from '#db/redis.ts';
import {
  connecting,
  deciding,
  drawsMode,
  isAStory,
  journeyOf,
  person,
  placed,
  refusal,
  roundOf,
  runWave,
  statesOf,
  talking,
  waiting,
  type Player,
} from '../cast.ts';
import { inThisOrder } from '../race.ts';

const moderator = newId();
const order = (who: Player, changes: Partial<Order> = {}): Order => ({
  ...{ userId: who.id, kind: 'restriction', category: 'harassment', hours: 24, flagId: null },
  reason: 'Shouted at everybody',
  ...changes,
});
const restricting = (who: Player, changes: Partial<Order> = {}) => restrict(order(who, changes), moderator);

describe('a restriction', () => {
  isAStory();
  drawsMode();

  it('says what, why, whom it covers, how long, by whom, and how to appeal', async () => {
    const ann = await person();
    const { id, until } = await restricting(ann);
    const { status, body } = await ann.visit('POST', '/api/continuous-matching/start', {});
    expect(status).to.equal(403);
    expect(body).to.include({ code: 'restricted' });
    const { restriction } = body as { restriction: object };
    expect(restriction).to.deep.include({
      ...{ id, what: 'restriction', why: 'Shouted at everybody', category: 'harassment', permanent: false },
      ...{ until: until!.toISOString(), automated: false, reached_by: 'account' },
    });
    expect(restriction).to.have.property('scope').that.includes.members(['account', 'device']);
    expect(restriction)
      .to.have.property('appeal')
      .that.matches(/^POST \/api\/appeals/);
    expect((await verifyLog()).entries).to.equal(1);
  });

  it('ends a call: the restricted one is home, the partner is told that they left and goes on', async () => {
    const [ann, bob] = await talking();
    await restricting(ann);
    expect(await roundOf(bob)).to.include({
      status: 'completed',
      end_reason: 'restriction',
      ended_by: ann.id,
    });
    expect(await statesOf(ann, bob)).to.deep.equal(['IDLE', 'DISCONNECTING']);
    expect((await journeyOf(ann)).session_id).to.equal(null);
    expect((await bob.poll()).notice).to.deep.include({ reason: 'left', initiated_by: 'partner' });
    expect((await bob.poll()).state).to.equal('WAITING');
    expect((await journeyOf(ann)).early_exits, 'it is no early exit').to.equal(0);
  });

  it('while connecting cancels the round: the partner keeps their place', async () => {
    const [ann, bob] = await connecting();
    const { waiting_since } = await journeyOf(bob);
    await restricting(ann);
    expect(await roundOf(ann)).to.include({ status: 'cancelled', end_reason: 'restriction' });
    expect(await statesOf(ann, bob)).to.deep.equal(['IDLE', 'WAITING']);
    expect((await journeyOf(bob)).waiting_since).to.deep.equal(waiting_since);
  });

  it('while deciding makes the vote a skip, whatever it was, and nothing shows', async () => {
    const [ann, bob] = await deciding();
    await ann.decide('continue');
    await restricting(ann);
    expect((await bob.decide('continue')).outcome).to.equal('pending');
    clock.advance(21_000);
    await sweep();
    expect((await roundOf(ann)).mutual_at).to.equal(null);
    await bob.poll();
  });

  for (const state of [
    'IDLE',
    'paused',
    'WAITING',
    'CONNECTING',
    'IN_CALL',
    'DECIDING',
    'DISCONNECTING',
  ] as const)
    it(`in ${state} leads home, ends the session, and whatever they ask is refused`, async () => {
      const [ann, bob] = await placed(state);
      ann.session ||= newId();
      await restricting(ann);
      expect(await journeyOf(ann)).to.include({ state: 'IDLE', session_id: null });
      for (const asking of [() => ann.start(), () => ann.poll(), () => ann.heartbeat()])
        expect(await refusal(asking())).to.equal('restricted');
      if (ann.round)
        for (const asking of [
          () => ann.look(),
          () => ann.join(),
          () => ann.signals(),
          () => ann.send({ session_id: ann.round, type: 'ice-candidate', data: {} }),
          () => ann.flag(),
        ])
          expect(await refusal(asking())).to.equal('restricted');
      await bob.poll().catch(() => undefined);
    });

  it('answers a request that is being held, at once', async () => {
    const [ann] = await waiting();
    const held = await ann.hold();
    await restricting(ann);
    expect(await refusal(held.answer)).to.equal('restricted');
  });

  it('is read by a poll without SQL, in its one round trip', async () => {
    const [ann] = await waiting();
    await restricting(ann);
    await refusal(ann.poll());
    await markPublished(); // or its timer would be counted
    const [sqlBefore, scriptsBefore] = [statementCount(), scriptCount()];
    expect(await refusal(ann.poll())).to.equal('restricted');
    expect([statementCount() - sqlBefore, scriptCount() - scriptsBefore]).to.deep.equal([0, 1]);
  });

  it('ends by itself when its time is over, everywhere at once', async () => {
    const ann = await person();
    await restricting(ann, { hours: 1 });
    expect(await refusal(ann.start())).to.equal('restricted');
    clock.advance(3600_000 + 1000);
    await ann.start();
    expect((await ann.poll()).state).to.equal('WAITING');
  });

  it('that is lifted is over at once', async () => {
    const ann = await person();
    const { id } = await restricting(ann);
    expect(await refusal(ann.start())).to.equal('restricted');
    await lift(id, moderator);
    await lift(id, moderator);
    await ann.start();
    expect((await ann.poll()).state).to.equal('WAITING');
  });

  it('covers the device: another account on it is taken out of its call too', async () => {
    const ann = await person();
    const eve = await person({ device_token: ann.deviceToken });
    const [, bob] = await talking(eve);
    await restricting(ann);
    expect(await statesOf(eve, bob)).to.deep.equal(['IDLE', 'DISCONNECTING']);
    const { body } = await eve.visit('POST', '/api/continuous-matching/start', {});
    expect((body as { restriction: object }).restriction).to.include({
      reached_by: 'device',
      category: null,
    });
    expect(JSON.stringify(body), 'whose it is and what they did stays between them and us').not.to.include(
      'Shouted',
    );
    await bob.poll();
  });

  it('is not walked around with a new guest on the same device; somebody else from the same network is let in', async () => {
    const ann = await person();
    await restricting(ann);
    const again = await person({ device_token: ann.deviceToken });
    expect(await refusal(again.start())).to.equal('restricted');
    const fresh = await person(); // all guests of a test come from one address
    expect((await fresh.start()).cooldown_until).to.equal(null);
  });

  it('keeps somebody out who is let in at that very moment, whichever comes first', async () => {
    const people = [await person(), await person()];
    for (const [ann, startsFirst] of [
      [people[0]!, true],
      [people[1]!, false],
    ] as const) {
      const verbs = [() => ann.start(), () => restricting(ann)];
      await inThisOrder([ann], ...(startsFirst ? verbs : verbs.reverse()));
      expect(await journeyOf(ann)).to.include({ state: 'IDLE', session_id: null });
      expect(await refusal(ann.start())).to.equal('restricted');
    }
  });

  it('is looked at when people are read and again when their pairing is committed, whatever their journey says', async () => {
    const [ann, bob] = await waiting();
    const { id } = await restricting(await person());
    const reach = (subject: string) =>
      sql(`INSERT INTO restriction_reach (restriction_id, how, subject) VALUES ($1, 'device', $2)`, [
        id,
        subject,
      ]);
    const fence = (await lead('world', newId()))!;
    const people = await readPool('world');
    expect(people).to.have.length(2);
    await reach(bob.me.deviceId);
    expect(await readPool('world')).to.have.length(1);
    expect(await commitPairs('world', fence, pair(people, { nowMs: clock.ms(), relaxAfterSeconds: 30 }))).to
      .be.empty;
    await sql('DELETE FROM restriction_reach WHERE subject = $1', [bob.me.deviceId]);
    expect(
      await commitPairs('world', fence, pair(people, { nowMs: clock.ms(), relaxAfterSeconds: 30 })),
    ).to.have.length(1);
    await publish([ann.id, bob.id]);
  });

  it('and a pairing cannot pass each other: the round is ended, or it was never opened', async () => {
    const people = [await person(), await person(), await person(), await person()];
    for (const pairedFirst of [true, false]) {
      const [ann, bob] = await waiting(...people.splice(0, 2));
      const verbs = [() => runWave(), () => restricting(ann)];
      if (!pairedFirst) verbs.reverse();
      await Promise.all(verbs.map((verb) => verb()));
      expect(await journeyOf(ann)).to.include({ state: 'IDLE', session_id: null, round_id: null });
      await bob.poll();
      await bob.stop();
    }
  });

  it('for good is for good', async () => {
    const ann = await person();
    expect(await restricting(ann, { hours: null })).to.include({ until: null, awaits_confirmation: false });
    clock.advance(5 * 365 * 24 * 3600_000);
    expect(await refusal(ann.start())).to.equal('restricted');
  });
});

describe('a warning', () => {
  isAStory();

  it('restricts nothing, and is shown until its owner has said that they have read it', async () => {
    const [ann, bob] = await talking();
    const { id } = await restricting(ann, { kind: 'warning', hours: null });
    expect(await statesOf(ann, bob)).to.deep.equal(['IN_CALL', 'IN_CALL']);
    const mine = async () =>
      (
        (await ann.visit('GET', '/api/me/restrictions')).body as {
          restrictions: { id: string; seen_at: string }[];
        }
      ).restrictions;
    expect(await mine()).to.have.length(1);
    expect((await mine())[0]).to.deep.include({
      id,
      what: 'warning',
      active: false,
      seen_at: null,
      permanent: false,
    });
    expect((await ann.visit('POST', `/api/me/restrictions/${id}/seen`)).status).to.equal(204);
    expect((await mine())[0]!.seen_at).to.be.a('string');
    expect((await bob.visit('POST', `/api/me/restrictions/${id}/seen`)).status).to.equal(404);
    expect((await mine())[0]).to.deep.include({ id });
  });
});

describe('one search a device', () => {
  isAStory();

  it('is all there is: a second account has to wait until the first has stopped', async () => {
    const ann = await person();
    const eve = await person({ device_token: ann.deviceToken });
    await ann.start();
    expect(await refusal(eve.start())).to.equal('device_busy');
    await ann.stop();
    await eve.start();
    await eve.pause();
    await ann.start();
    expect(await refusal(eve.resume())).to.equal('device_busy');
  });

  it('holds when both start at once', async () => {
    const ann = await person();
    const eve = await person({ device_token: ann.deviceToken });
    const outcomes = await Promise.allSettled([ann.start(), eve.start()]);
    expect(outcomes.map(({ status }) => status)).to.have.members(['fulfilled', 'rejected']);
    expect((await statesOf(ann, eve)).sort()).to.deep.equal(['IDLE', 'WAITING']);
  });
});
