import { expect } from 'chai';
import { clock } from '#core/clock.ts';
import { join } from '#core/rounds/join.ts';
import { rules } from '#core/rules.ts';
import { cancelUnacknowledged } from '#core/sweeps/silence.ts';
import {
  emptyRedis,
  journeyOf,
  isAStory,
  paired,
  passTime,
  roundOf,
  runWave,
  statesOf,
  waiting,
  type Player,
} from '../cast.ts';
import { inThisOrder } from '../race.ts';

describe('a match', () => {
  isAStory();

  it('is told to both with the same data at every poll, and no role twice', async () => {
    const [ann, bob] = await paired();
    const [first, again, other] = [await ann.poll(), await ann.poll({ seen: null }), await bob.poll()];
    expect(first).to.include({ match_found: true, state: 'CONNECTING', queue: null });
    expect(again.match_data).to.deep.equal(first.match_data);
    expect(first.match_data).to.include({
      user_name: 'Bob',
      is_actual_match: false,
      call_session_id: ann.round,
    });
    expect(first.match_data?.video_session_id).to.equal(other.match_data?.call_session_id);
    expect([first.match_data?.role, other.match_data?.role]).to.have.members(['offerer', 'answerer']);
  });

  it('is acknowledged by any poll that arrives after it, however late the sweeper looks', async () => {
    const [ann, bob] = await paired();
    await ann.poll();
    await bob.poll();
    await passTime(rules.ackSeconds, { sweeping: false });
    await passTime(1);
    expect(await statesOf(ann, bob)).to.deep.equal(['CONNECTING', 'CONNECTING']);
    expect((await roundOf(ann)).participants.every((one) => one.acknowledged_at !== null)).to.equal(true);
  });

  const signs: Record<string, (ann: Player) => Promise<unknown>> = {
    'a heartbeat': (ann) => ann.heartbeat(),
    'reading the signals': (ann) => ann.signals(),
    'reading the profile': (ann) => ann.visit('GET', '/api/me'),
    'a request that is refused': (ann) =>
      ann.visit('POST', '/api/continuous-matching/start', { mode: 'smoke' }),
    joining: (ann) => ann.join(),
  };
  for (const [sign, make] of Object.entries(signs))
    it(`is acknowledged by ${sign}`, async () => {
      const [ann, bob] = await paired();
      await bob.poll();
      await make(ann);
      await passTime(rules.ackSeconds + 1);
      expect(await statesOf(ann, bob)).to.deep.equal(['CONNECTING', 'CONNECTING']);
    });

  it('is not acknowledged by a request that was already open: its owner may be frozen', async () => {
    const [ann, bob] = await waiting();
    const frozen = await ann.hold();
    await runWave();
    await frozen.answer;
    await bob.poll();
    await passTime(rules.ackSeconds + 1);

    expect(await journeyOf(ann)).to.include({ state: 'WAITING', parked: true });
    expect(await journeyOf(bob)).to.include({ state: 'WAITING', parked: false });
  });

  it('is not acknowledged by leaving the page', async () => {
    const [ann, bob] = await paired();
    await bob.poll();
    await ann.leave(0);
    await passTime(rules.ackSeconds + 1);
    expect((await roundOf(bob)).end_reason).to.equal('not_acknowledged');
  });
});

describe('somebody who does not answer a match for five seconds', () => {
  isAStory();

  it('waits outside the pool until their next request, and the partner keeps their place', async () => {
    const [ann, bob] = await waiting();
    const since = (await journeyOf(bob)).waiting_since;
    clock.advance(3000);
    await Promise.all([ann.poll(), bob.poll()]);
    await runWave();
    await bob.poll();
    await passTime(rules.ackSeconds - 1, { polling: [bob] });
    expect(await statesOf(ann, bob)).to.deep.equal(['CONNECTING', 'CONNECTING']);
    await passTime(2, { polling: [bob] });

    expect(await roundOf(bob)).to.include({
      status: 'cancelled',
      end_reason: 'not_acknowledged',
      ended_by: ann.id,
    });
    expect((await journeyOf(bob)).waiting_since).to.deep.equal(since);
    expect((await bob.poll()).notice).to.include({ reason: 'not_joined', initiated_by: 'partner' });
    expect((await bob.poll()).queue).to.include({ position: 1, size: 1 });
    expect(await runWave()).to.deep.equal([]);

    expect(await ann.poll()).to.include({ state: 'WAITING' });
    expect((await ann.poll()).queue).to.include({ position: 2, size: 2 });
    expect(await runWave()).to.have.length(1);
  });

  it('has not made an early exit', async () => {
    const [ann, bob] = await paired();
    await passTime(rules.ackSeconds + 1, { polling: [bob] });
    expect(await journeyOf(ann)).to.include({ early_exits: 0, cooldown_until: null });
  });

  it('together with their partner leaves both outside the pool, and nobody is blamed', async () => {
    const [ann, bob] = await paired();
    await passTime(rules.ackSeconds + 1);
    expect(await journeyOf(ann)).to.include({ state: 'WAITING', parked: true });
    expect(await journeyOf(bob)).to.include({ state: 'WAITING', parked: true });
    expect((await roundOf(ann)).ended_by).to.equal(null);
    await ann.heartbeat();
    await bob.heartbeat();
    expect(await runWave()).to.have.length(1);
  });

  it('is nevertheless there when they answer just before the sweeper judges', async () => {
    const [ann, bob] = await paired();
    await passTime(rules.ackSeconds - 1, { polling: [bob] });
    await passTime(2, { polling: [bob], sweeping: false });
    const joins = () => join(ann.id, ann.round); // as if Redis had not heard of it yet
    await inThisOrder([ann, bob], joins, cancelUnacknowledged);
    expect(await statesOf(ann, bob)).to.deep.equal(['CONNECTING', 'CONNECTING']);
  });

  it('is not judged by an emptied Redis: they then have the time of joining', async () => {
    const [ann, bob] = await paired();
    await Promise.all([ann.poll(), bob.poll()]);
    await passTime(2);
    await emptyRedis();
    await passTime(rules.ackSeconds);
    expect(await statesOf(ann, bob)).to.deep.equal(['CONNECTING', 'CONNECTING']);
  });

  it('who had polled fourteen seconds before they were paired still has five seconds', async () => {
    const [ann, bob] = await waiting();
    await passTime(rules.activeWithinSeconds - 1, { polling: [bob] });
    await runWave();
    await passTime(rules.ackSeconds - 2, { polling: [bob] });
    expect(await statesOf(ann, bob)).to.deep.equal(['CONNECTING', 'CONNECTING']);
    expect(await ann.poll()).to.include({ state: 'CONNECTING' });
  });
});
