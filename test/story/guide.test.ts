import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { checkInvariants, closeInvariants } from '../invariants.ts';
import { guest, inCall, paired, pollUntil, type Guest } from './guest.ts';
import { openHouse, type House } from './house.ts';

const roundSeconds = 3;

describe('the guide, played from beginning to end', function () {
  this.timeout(60_000);
  let house: House;
  let doors: string[];
  before(async () => {
    house = await openHouse({
      ...{
        ROUND_SECONDS: String(roundSeconds),
        DECISION_SECONDS: '3',
        ACK_SECONDS: '2',
        CONNECT_SECONDS: '3',
      },
      ...{ STALE_AFTER_SECONDS: '4', LOST_AFTER_SECONDS: '4', LEAVE_GRACE_SECONDS: '1' },
    });
    const [api] = await Promise.all([house.startApi(), house.startWorker()]);
    doors = [api.address];
  });
  afterEach(async () => {
    expect(await checkInvariants(house.where, { roundSeconds })).to.deep.equal([]);
  });
  after(async () => {
    await closeInvariants();
    await house.close();
  });

  it('two strangers meet, talk until the clock ends it, say yes in secret, and see each other again', async () => {
    const ada = await guest(doors, { display_name: 'Ada', interests: ['Gaming', 'Movies'] });
    const ben = await guest(doors, { display_name: 'Ben', interests: ['Movies', 'Sailing'] });
    await ben.shares('@ben');

    // 1. Start. Nobody is there yet.
    const started = await ada.start({ min_age: 18, max_age: 35, preferred_interests: ['Gaming', 'Movies'] });
    expect(started).to.include({ status: 'active', message: 'Started matching session', state: 'WAITING' });
    expect(await ada.next()).to.deep.include({ match_found: false, state: 'WAITING', match_data: null });

    // 2. Both are told of each other: one round, one id, one offerer.
    await ben.start();
    const [forAda, forBen] = await Promise.all(
      [ada, ben].map((one) => pollUntil(one, (told) => told.match_found).then((told) => told.match_data!)),
    );
    expect(forAda!.user_name).to.equal('Ben');
    expect(forAda!.matched_topics).to.deep.equal(['Movies']);
    expect(forAda).to.include({ is_actual_match: false, call_session_id: forAda!.video_session_id });
    expect(forAda!.video_session_id).to.equal(forBen!.video_session_id);
    expect([forAda!.role, forBen!.role]).to.have.members(['offerer', 'answerer']);

    // 3. Both join: the second one starts the clock.
    expect(await ada.look()).to.include({ status: 'waiting', duration: null });
    expect(await ada.join()).to.include({ timer_started: false, message: 'Waiting for other user' });
    expect(await ben.join()).to.include({
      timer_started: true,
      message: 'Both users joined - timer started',
    });
    const round = await ada.look();
    expect(round).to.include({ status: 'active', duration: roundSeconds });

    // 4. Offer, answer, candidates.
    const [offerer, answerer] = forAda!.role === 'offerer' ? [ada, ben] : [ben, ada];
    await offerer.signal('offer', { type: 'offer', sdp: 'v=0 one' });
    await offerer.signal('ice-candidate', { candidate: 'candidate:1' });
    expect((await answerer.signals()).signals.map((signal) => signal.type)).to.deep.equal([
      'offer',
      'ice-candidate',
    ]);
    await answerer.signal('answer', { type: 'answer', sdp: 'v=0 two' });
    expect((await offerer.signals()).signals[0]).to.deep.include({
      type: 'answer',
      data: { type: 'answer', sdp: 'v=0 two' },
    });
    expect((await offerer.signals()).signals).to.deep.equal([]);

    // 5. The clock ends it while nobody looks, and both are asked.
    await sleep(new Date(round.ends_at!).getTime() - Date.now() + 1_000);
    const [ended] = await house.rows<{ lateMs: number }>(
      `SELECT extract(epoch FROM e.at - r.deadline_at)::float8 * 1000 AS "lateMs"
         FROM rounds r JOIN journey_events e ON e.round_id = r.id AND e.event = 'clock' WHERE r.id = $1`,
      [ada.round],
    );
    expect(ended?.lateMs).to.be.within(0, 1_000);
    expect(await ada.look()).to.deep.include({
      status: 'completed',
      end_reason: 'clock',
      ended_at: round.ends_at,
    });
    expect(await ada.next()).to.deep.include({ match_found: false, state: 'DECIDING' });

    // 6. In secret: a yes is pending until the other one says yes too.
    expect(await ada.decide('continue')).to.include({ outcome: 'pending' });
    expect(await ben.next()).to.have.nested.property('decision.my_decision', null);
    expect(await ben.decide('continue')).to.include({ outcome: 'mutual' });
    for (const one of [ada, ben])
      expect((await pollUntil(one, (told) => told.notice?.reason === 'mutual')).notice!.match_id).to.equal(
        ada.round,
      );
    const [met] = await ada.matches('?mutual=true');
    expect(met).to.include({ match_id: ada.round, mutual: true, status: 'completed' });
    expect(met!.partner).to.include({ user_name: 'Ben', contact_handle: '@ben' });

    // 7. Back in the pool: they do not meet again in this session.
    for (const one of [ada, ben])
      await pollUntil(one, (told) => told.state === 'WAITING' && told.notice === null);
    await sleep(1_000);
    expect((await ada.next()).match_found).to.be.false;
    await goHome(ada, ben);
  });

  it('whoever is skipped is told, and both go on', async () => {
    const [ada, ben] = await inCall(doors);
    expect(await ada.skip()).to.deep.include({ state: 'WAITING', end_reason: 'skip' });
    const told = await pollUntil(ben, ({ state }) => state === 'DISCONNECTING');
    expect(told.notice).to.include({ reason: 'skip', initiated_by: 'partner', target_state: 'WAITING' });
    for (const one of [ada, ben]) await pollUntil(one, ({ state }) => state === 'WAITING');
    expect(
      (
        await ada.send('POST', '/api/continuous-matching/continue-decision', {
          match_id: ada.round,
          decision: 'continue',
        })
      ).body,
    ).to.include({ status: 409, code: 'decision_closed' });

    const eve = await guest(doors, { display_name: 'Eve' });
    await eve.start();
    const { match_data } = await pollUntil(eve, ({ match_found }) => match_found);
    expect(match_data!.user_name).to.be.oneOf(['Ada', 'Ben']);
    await goHome(ada, ben, eve);
  });

  it('whoever ends a call goes home, and the partner goes on', async () => {
    const [ada, ben] = await inCall(doors);
    expect(await ben.end()).to.deep.include({ state: 'IDLE', end_reason: 'end' });
    const told = await pollUntil(ada, ({ state }) => state === 'DISCONNECTING');
    expect(told.notice).to.include({ reason: 'end', initiated_by: 'partner' });
    await pollUntil(ada, ({ state }) => state === 'WAITING');
    expect(await ben.next()).to.include({ state: 'IDLE', session_status: 'ended' });
    await goHome(ada);
  });

  it('whoever votes to skip is not shown to the other in a new session either', async () => {
    const [ada, ben] = await inCall(doors);
    for (const one of [ada, ben]) await pollUntil(one, ({ state }) => state === 'DECIDING');
    expect(await ada.decide('skip')).to.include({ outcome: 'passed' });
    expect(await ben.decide('continue')).to.include({ outcome: 'pending' });
    await pollUntil(ben, ({ state }) => state === 'WAITING');
    for (const one of [ada, ben]) await one.start();
    await sleep(1_500);
    expect([await ada.next(), await ben.next()].map((told) => told.match_found)).to.deep.equal([
      false,
      false,
    ]);
    await goHome(ada, ben);
  });

  it('whoever stops polling is cleaned up, and nobody waits for them', async () => {
    const [ada, ben] = await paired(doors);
    await ada.join(); // Ben has seen the match, and is not heard of again
    const told = await pollUntil(ada, ({ state }) => state === 'WAITING');
    expect(told.notice).to.include({ reason: 'not_joined', initiated_by: 'partner' });
    expect((await ada.send('GET', `/api/video/session/${ada.round}`)).body).to.include({
      code: 'round_cancelled',
    });

    await sleep(6_000); // and now Ada says nothing either
    for (const one of [ada, ben])
      expect(await one.next()).to.include({ state: 'IDLE', session_status: 'ended' });
  });
});

/** Ends what they are doing, so that the next story has the pool to itself. */
const goHome = (...people: Guest[]) => Promise.all(people.map((one) => one.stop()));
