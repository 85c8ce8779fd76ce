import { expect } from 'chai';
import { clock } from '#core/clock.ts';
import { newId } from '#core/ids.ts';
import { rules } from '#core/rules.ts';
import { cancelAbandoned, cancelUnjoined } from '#core/sweeps/rounds.ts';
import {
  connecting,
  journeyOf,
  isAStory,
  passTime,
  person,
  refusal,
  roundOf,
  runWave,
  statesOf,
  stepsOf,
  talking,
} from '../cast.ts';
import { inThisOrder } from '../race.ts';

describe('joining a round', () => {
  isAStory();

  it('starts the clock when both have joined, and not before', async () => {
    const [ann, bob] = await connecting();
    const first = await ann.join();
    expect(first).to.include({ timer_started: false, epoch: 1, peer_epoch: 0, remaining_ms: null });
    expect(await statesOf(ann, bob)).to.deep.equal(['CONNECTING', 'CONNECTING']);
    expect((await roundOf(ann)).started_at).to.equal(null);

    clock.advance(1000);
    const second = await bob.join();
    expect(second).to.include({ timer_started: true, epoch: 1, peer_epoch: 1 });
    expect(second.remaining_ms).to.be.within(rules.roundSeconds * 1000 - 500, rules.roundSeconds * 1000);
    expect(await statesOf(ann, bob)).to.deep.equal(['IN_CALL', 'IN_CALL']);
    const { status, started_at, deadline_at } = await roundOf(ann);
    expect(status).to.equal('active');
    expect(deadline_at!.getTime() - started_at!.getTime()).to.equal(rules.roundSeconds * 1000);
  });

  it('at the same moment starts the clock once', async () => {
    const [ann, bob] = await connecting();
    await inThisOrder(
      [ann, bob],
      () => ann.join(),
      () => bob.join(),
    );
    expect(await statesOf(ann, bob)).to.deep.equal(['IN_CALL', 'IN_CALL']);
    for (const one of [ann, bob])
      expect((await stepsOf(one)).filter((step) => step === 'started')).to.have.length(1);
  });

  it('starts the clock with the later joining, though whoever came second to the lock had begun before', async () => {
    const [ann, bob] = await connecting();
    await inThisOrder(
      [ann, bob],
      () => ann.join(),
      () => {
        clock.advance(-100);
        return bob.join();
      },
    );
    const { started_at, participants } = await roundOf(ann);
    const joined = participants.map((one) => one.joined_at!.getTime());
    expect(started_at!.getTime()).to.equal(Math.max(...joined));
  });

  it('twice at the same moment, from two tabs, gives two epochs', async () => {
    const [ann, bob] = await connecting();
    const [one, other] = await Promise.all([ann.join(), ann.join()]);
    expect([one.epoch, other.epoch]).to.have.members([1, 2]);
    expect(await statesOf(ann, bob)).to.deep.equal(['CONNECTING', 'CONNECTING']);
  });

  it('again after a refresh gives the next epoch, tells the partner, and leaves the deadline where it is', async () => {
    const [ann, bob] = await talking();
    const { deadline_at } = await roundOf(ann);
    clock.advance(60_000);
    const held = await bob.hold();
    expect(await ann.join()).to.include({ epoch: 2, peer_epoch: 1, timer_started: true });

    expect((await held.answer).state).to.equal('IN_CALL');
    expect((await bob.signals()).session.peer).to.deep.equal({ epoch: 2, joined: true });
    expect((await roundOf(ann)).deadline_at).to.deep.equal(deadline_at);
    expect((await ann.look()).remaining_ms).to.be.closeTo((rules.roundSeconds - 60) * 1000, 1000);
  });

  it('repeated under its Idempotency-Key is the same page, however late: nobody is replaced by themselves', async () => {
    const [ann, bob] = await connecting();
    const join = (page: string) => ann.join(ann.round, page);
    expect(await join('page-1')).to.include({ epoch: 1, timer_started: false });
    await bob.join();
    await ann.leave();
    const { version } = await journeyOf(ann);
    expect(await join('page-1')).to.include({ epoch: 1, peer_epoch: 1, timer_started: true });
    expect((await journeyOf(ann)).version).to.equal(version);
    const { participants } = await roundOf(ann);
    expect(participants.find((one) => one.user_id === ann.id)!.left_at).to.not.equal(null);

    expect(await join('page-2')).to.include({ epoch: 2 });
    expect(await join('page-1')).to.include({ epoch: 1 });
    expect((await ann.signals()).session.epoch).to.equal(2);
    expect((await roundOf(ann)).participants.map((one) => one.epoch)).to.have.members([1, 2]);
  });

  it('is not for strangers, nor for rounds that never were', async () => {
    const [ann] = await connecting();
    const eve = await person();
    for (const round of [ann.round, newId()])
      for (const verb of [eve.join, eve.skip, eve.end, eve.look, (id: string) => eve.leave(0, id)])
        expect(await refusal(verb(round))).to.equal('not_found');
    expect(await statesOf(ann, eve)).to.deep.equal(['CONNECTING', 'IDLE']);
  });

  it('that was cancelled is refused', async () => {
    const [ann, bob] = await connecting();
    await bob.skip();
    expect(await refusal(ann.join())).to.equal('round_cancelled');
    expect(await refusal(ann.look())).to.equal('round_cancelled');
    expect(await statesOf(ann)).to.deep.equal(['WAITING']);
  });

  it('that is over is refused, and counts no epoch', async () => {
    const [ann, bob] = await talking();
    await ann.end();
    expect(await refusal(bob.join())).to.equal('round_over');
    expect((await roundOf(bob)).participants.map((one) => one.epoch)).to.deep.equal([1, 1]);
  });
});

describe('a round that is not joined within fifteen seconds', () => {
  isAStory();

  it('by one of the two sends that one home; the other waits again at their place', async () => {
    const [ann, bob] = await connecting();
    const since = (await journeyOf(bob)).waiting_since;
    await bob.join();
    await passTime(rules.connectSeconds - 1, { polling: [ann, bob] });
    expect(await statesOf(ann, bob)).to.deep.equal(['CONNECTING', 'CONNECTING']);
    await passTime(2, { polling: [bob] });

    expect(await roundOf(bob)).to.include({
      status: 'cancelled',
      end_reason: 'not_joined',
      ended_by: ann.id,
    });
    expect(await journeyOf(ann)).to.include({ state: 'IDLE', session_id: null, early_exits: 0 });
    expect(await journeyOf(bob)).to.include({ state: 'WAITING', parked: false });
    expect((await journeyOf(bob)).waiting_since).to.deep.equal(since);
    expect((await bob.poll()).notice).to.include({ reason: 'not_joined', initiated_by: 'partner' });
  });

  it('by either sends both home, and nobody is blamed', async () => {
    const [ann, bob] = await connecting();
    await passTime(rules.connectSeconds + 1, { polling: [ann, bob] });
    expect(await statesOf(ann, bob)).to.deep.equal(['IDLE', 'IDLE']);
    expect((await roundOf(ann)).ended_by).to.equal(null);
  });

  it('keeps the two apart for thirty seconds', async () => {
    const [ann, bob] = await connecting();
    await bob.join();
    await passTime(rules.connectSeconds + 1, { polling: [ann, bob] });
    await ann.start();
    await passTime(rules.notJoinedCooldownSeconds - 3, { polling: [ann, bob] });
    expect(await runWave()).to.deep.equal([]);
    await passTime(3, { polling: [ann, bob] });
    expect(await runWave()).to.have.length(1);
  });

  it('is joined after all when the joining comes just before the sweeper', async () => {
    const [ann, bob] = await connecting();
    await bob.join();
    clock.advance((rules.connectSeconds + 1) * 1000);
    await inThisOrder([ann, bob], () => ann.join(), cancelUnjoined);
    expect(await statesOf(ann, bob)).to.deep.equal(['IN_CALL', 'IN_CALL']);
  });

  it('judges whoever is absent at that moment: one who joins just before is not sent home', async () => {
    const [ann, bob] = await connecting();
    clock.advance((rules.connectSeconds + 1) * 1000);
    await inThisOrder([ann, bob], () => bob.join(), cancelUnjoined);
    expect(await statesOf(ann, bob)).to.deep.equal(['CONNECTING', 'CONNECTING']);
    await cancelUnjoined();
    expect(await statesOf(ann, bob)).to.deep.equal(['IDLE', 'WAITING']);
  });

  it('is over for the one who joins just after the sweeper', async () => {
    const [ann, bob] = await connecting();
    await bob.join();
    clock.advance((rules.connectSeconds + 1) * 1000);
    const [, late] = await inThisOrder([ann, bob], cancelUnjoined, () => refusal(ann.join()));
    expect(late).to.include({ status: 'fulfilled', value: 'round_cancelled' });
    expect(await statesOf(ann, bob)).to.deep.equal(['IDLE', 'WAITING']);
  });

  it('is cleared away after five minutes, should all else have failed', async () => {
    const [ann, bob] = await connecting();
    clock.advance((rules.abandonedAfterSeconds - 1) * 1000);
    await cancelAbandoned();
    expect((await roundOf(ann)).status).to.equal('waiting');
    clock.advance(2000);
    await cancelAbandoned();
    expect((await roundOf(ann)).status).to.equal('cancelled');
    expect(await statesOf(ann, bob)).to.deep.equal(['IDLE', 'IDLE']);
  });
});
