import { expect } from 'chai';
import { clock } from '#core/clock.ts';
import { newId } from '#core/ids.ts';
import type { State } from '#core/journey/journey.ts';
import { endLongPauses } from '#core/sweeps/journeys.ts';
import { rules } from '#core/rules.ts';
import { sql } from '#db/postgres.ts';
import {
  journeyOf,
  isAStory,
  passTime,
  person,
  placed,
  refusal,
  roundOf,
  runWave,
  statesOf,
  talking,
  type Player,
} from '../cast.ts';
import { inThisOrder } from '../race.ts';

const openSessions = ({ id }: Player) =>
  sql<{ id: string; status: string }>(
    `SELECT id, status FROM sessions WHERE user_id = $1 AND status <> 'ended'`,
    [id],
  );
const endOf = async (session: string) =>
  (await sql<{ end_reason: string }>('SELECT end_reason FROM sessions WHERE id = $1', [session]))[0]
    ?.end_reason;

describe('start', () => {
  isAStory();

  const partners: Record<State | 'paused', State> = {
    IDLE: 'IDLE',
    paused: 'IDLE',
    WAITING: 'IDLE',
    CONNECTING: 'WAITING',
    IN_CALL: 'DISCONNECTING',
    DECIDING: 'DECIDING',
    DISCONNECTING: 'WAITING',
  };
  for (const [state, partner] of Object.entries(partners))
    it(`from ${state} leads to WAITING in a session of its own, and leaves the partner ${partner}`, async () => {
      const [ann, bob] = await placed(state as State);
      const before = ann.session;
      const started = await ann.start();

      expect(started).to.include({ state: 'WAITING', status: 'active', cooldown_until: null });
      expect(await openSessions(ann)).to.deep.equal([{ id: started.session_id, status: 'active' }]);
      expect(started.session_id).not.to.equal(before);
      expect(await statesOf(ann, bob)).to.deep.equal(['WAITING', partner]);
      if (before) expect(await endOf(before)).to.be.a('string');
    });

  it('in a round is its End first: the partner is told of an end, and it counts as an early exit', async () => {
    const [ann, bob] = await talking();
    await ann.start();

    expect((await roundOf(bob)).end_reason).to.equal('end');
    expect((await bob.poll()).notice).to.include({
      reason: 'end',
      initiated_by: 'partner',
      target_state: 'WAITING',
    });
    expect((await journeyOf(ann)).early_exits).to.equal(1);
  });

  it('twice at once leaves one open session', async () => {
    const ann = await person();
    const both = await Promise.all([ann.start(), ann.start()]);

    const open = await openSessions(ann);
    expect(open).to.have.length(1);
    expect(both.map((one) => one.session_id)).to.include(open[0]?.id);
    expect(new Set(both.map((one) => one.session_id)).size).to.equal(2);
  });

  it('twice at once under one key starts once, and both are told the same', async () => {
    const ann = await person();
    const key = newId();
    const [one, other] = await Promise.all([ann.start({}, key), ann.start({}, key)]);

    expect(one.session_id).to.equal(other.session_id);
    expect(await sql('SELECT id FROM sessions WHERE user_id = $1', [ann.id])).to.have.length(1);
  });

  it('repeated under its key changes nothing, not even a round that has come of it', async () => {
    const [ann, bob] = [await person(), await person()];
    const key = newId();
    await ann.start({ mode: 'text' }, key);
    await bob.start();
    await Promise.all([ann.poll(), bob.poll()]);
    await runWave();
    const again = await ann.start({ mode: 'text' }, key);

    expect(again).to.include({ session_id: ann.session, state: 'CONNECTING', status: 'active' });
    expect(await refusal(ann.start({ mode: 'video' }, key))).to.equal('idempotency_mismatch');
  });

  it('takes the device of its own request, with whatever cooldown lies on it', async () => {
    const ann = await person();
    const until = clock.after(60);
    await sql('UPDATE devices SET cooldown_until = $2 WHERE id = $1', [ann.me.deviceId, until]);
    expect((await ann.start()).cooldown_until).to.equal(until.toISOString());

    clock.advance(61_000);
    expect((await ann.start()).cooldown_until).to.equal(null);
  });
});

describe('ending the session', () => {
  isAStory();

  for (const state of ['paused', 'WAITING', 'CONNECTING', 'IN_CALL', 'DECIDING', 'DISCONNECTING'] as const)
    it(`from ${state} leads home, and saying it again changes nothing`, async () => {
      const [ann] = await placed(state);
      expect(await ann.stop()).to.include({ state: 'IDLE', status: 'ended', session_id: ann.session });
      const { version } = await journeyOf(ann);
      expect(await ann.stop()).to.include({ state: 'IDLE', status: 'ended', state_version: version });
      expect(await openSessions(ann)).to.deep.equal([]);
    });

  it('does not touch the session that came after it', async () => {
    const ann = await person();
    const first = (await ann.start()).session_id;
    const second = (await ann.start()).session_id;
    ann.session = first;
    expect(await ann.stop()).to.include({ session_id: first, status: 'ended' });
    expect((await openSessions(ann)).map((one) => one.id)).to.deep.equal([second]);
  });

  it('of somebody else is as unknown as one that never was', async () => {
    const [ann, bob] = [await person(), await person()];
    bob.session = (await ann.start()).session_id;
    for (const verb of [
      () => bob.stop(),
      () => bob.pause(),
      () => bob.resume(),
      () => bob.poll(),
      () => bob.heartbeat(),
    ])
      expect(await refusal(verb())).to.equal('not_found');
    bob.session = newId();
    expect(await refusal(bob.stop())).to.equal('not_found');
  });
});

describe('a pause', () => {
  isAStory();

  it('while waiting is at once: IDLE, out of the pool, and nothing is held', async () => {
    const [ann] = await placed('WAITING');
    expect(await ann.pause()).to.include({ state: 'IDLE', status: 'paused' });
    expect(await ann.poll({ wait: 20 })).to.include({
      state: 'IDLE',
      session_status: 'paused',
      match_found: false,
    });
    expect(await ann.pause()).to.include({ state: 'IDLE', status: 'paused' });
  });

  it('that is over lets the wait begin anew', async () => {
    const [ann] = await placed('WAITING');
    await ann.pause();
    clock.advance(60_000);
    expect(await ann.resume()).to.include({ state: 'WAITING', status: 'active' });
    expect((await journeyOf(ann)).waiting_since!.getTime()).to.be.closeTo(clock.ms(), 1000);
    expect(await ann.resume()).to.include({ state: 'WAITING' });
  });

  for (const state of ['CONNECTING', 'IN_CALL', 'DECIDING', 'DISCONNECTING'] as const)
    it(`asked for in ${state} begins on the way to the pool`, async () => {
      const [ann] = await placed(state);
      expect(await ann.pause()).to.include({ state, status: 'active' });
      expect(await ann.pause()).to.include({ state });
      if (state === 'DECIDING') await ann.decide('next');
      else if (state === 'DISCONNECTING') for (const _ of ['told', 'seen']) await ann.poll();
      else await ann.skip();

      expect(await journeyOf(ann)).to.include({ state: 'IDLE', session_id: ann.session, pause_asked: false });
      expect(await openSessions(ann)).to.deep.equal([{ id: ann.session, status: 'paused' }]);
    });

  it('can be taken back before it begins', async () => {
    const [ann] = await placed('IN_CALL');
    await ann.pause();
    expect(await ann.resume()).to.include({ state: 'IN_CALL', status: 'active' });
    await ann.skip();
    expect(await statesOf(ann)).to.deep.equal(['WAITING']);
  });

  it('of half an hour ends the session', async () => {
    const [ann] = await placed('paused');
    clock.advance((rules.longestPauseSeconds - 2) * 1000);
    await passTime(1);
    expect((await journeyOf(ann)).session_id).to.equal(ann.session);
    await passTime(2);
    expect((await journeyOf(ann)).session_id).to.equal(null);
    expect(await refusal(ann.resume())).to.equal('wrong_state');
    expect(await refusal(ann.pause())).to.equal('wrong_state');
    expect(await ann.poll()).to.include({ state: 'IDLE', session_status: 'ended' });
  });

  it('that is taken back just before the sweeper ends it is over', async () => {
    const [ann] = await placed('paused');
    clock.advance((rules.longestPauseSeconds + 1) * 1000);
    await inThisOrder([ann], () => ann.resume(), endLongPauses);
    expect(await journeyOf(ann)).to.include({ state: 'WAITING', session_id: ann.session });
  });
});
