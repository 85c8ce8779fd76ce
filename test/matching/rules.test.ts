import { expect } from 'chai';
import { decideRule } from '#core/decisions/decide.ts';
import { acknowledgeRule, comeBackRule } from '#core/sessions/acknowledge.ts';
import type { State } from '#core/journey/journey.ts';
import { endSessionRule, leavePageRule, startRule, type Preferences } from '#core/sessions/session.ts';
import { skipRule } from '#core/rounds/exit.ts';
import type { Facts, JourneyFact } from '#core/store/facts.ts';
import {
  ann,
  apply,
  at,
  bob,
  deviceOf,
  facts,
  journeyOf,
  meeting,
  now,
  person,
  restriction,
  roundId,
  roundOf,
  sessionOf,
  statesOf,
  stepsOf,
  written,
} from '../facts.ts';
import { refusedWith } from '../refusedWith.ts';

const preferences: Preferences = {
  ...{ mode: 'both', min_age: 18, max_age: 99, genders: [], preferred_interests: [] },
  ...{ personality_weight: 0.5, max_distance_km: null },
};

const starts = (before: Facts, idempotencyKey?: string, instant = now, wishes = preferences) =>
  apply(
    startRule,
    before,
    { userId: ann, deviceId: deviceOf(ann), preferences: wishes, idempotencyKey },
    instant,
  );

const alone = (changes: Partial<JourneyFact> = {}): Facts => facts({ people: [person(ann, changes)] });

const home = { state: 'IDLE', session_id: null, waiting_since: null } as const;
const notice = { match_id: roundId, reason: 'skip', initiated_by: 'partner' } as const;
const told = (target_state: State) => alone({ state: 'DISCONNECTING', notice: { ...notice, target_state } });

/** Ann in every state, what she does there first, and where that leaves Bob. */
const places: Record<string, { before: Facts; steps: string[]; bob?: State; reason?: string }> = {
  IDLE: { before: alone(home), steps: [] },
  'IDLE, paused': { before: alone({ ...home, session_id: sessionOf(ann) }), steps: ['end_session'] },
  WAITING: { before: alone(), steps: ['end_session'] },
  DISCONNECTING: { before: told('WAITING'), steps: ['end_session'] },
  CONNECTING: { before: meeting('waiting'), steps: ['end'], bob: 'WAITING', reason: 'end' },
  IN_CALL: { before: meeting('active'), steps: ['end', 'retired'], bob: 'DISCONNECTING', reason: 'end' },
  'IN_CALL, overdue': {
    ...{ before: meeting('overdue'), steps: ['clock', 'end_session'], bob: 'DECIDING', reason: 'clock' },
  },
  DECIDING: { before: meeting('deciding'), steps: ['end_session'], bob: 'DECIDING', reason: 'clock' },
};

describe('the rule of a start', () => {
  for (const [place, { before, steps, bob: partner, reason }] of Object.entries(places)) {
    it(`from ${place} ends what was going on, and begins a new session`, () => {
      const { facts: after, changes, answer } = starts(before);
      expect(stepsOf(changes, ann)).to.deep.equal([...steps, 'start']);
      expect(journeyOf(after, ann)).to.deep.include({
        ...{ state: 'WAITING', session_id: answer.session_id, device_id: deviceOf(ann), round_id: null },
        ...{ waiting_since: now, last_seen_at: now, parked: false, notice: null, voted_round_id: null },
      });
      expect(answer).to.deep.include({ state: 'WAITING', status: 'active', cooldown_until: null });
      expect(answer.session_id).to.not.equal(sessionOf(ann));
      expect(after.sessions.get(answer.session_id ?? '')).to.include({ user_id: ann, status: 'active' });
      if (steps.length > 0) expect(after.sessions.get(sessionOf(ann))?.status).to.equal('ended');
      expect(written(changes, 'devices').map(({ id }) => id)).to.include(deviceOf(ann)); // claims it
      if (partner) expect(statesOf(after)[1]).to.equal(partner);
      if (reason) expect(roundOf(after).round.end_reason).to.equal(reason);
      expect(journeyOf(after, ann).early_exits).to.equal(reason === 'end' ? 1 : 0);
    });

    it(`from ${place} is refused to the restricted, to newcomers, and on a busy device`, () => {
      const until = [deviceOf(ann), ann].map((subject): Facts => ({
        ...before,
        restrictions: new Map([[subject, [restriction(null)]]]),
      }));
      for (const one of until) expect(refusedWith(() => starts(one))).to.equal('restricted');
      const over: Facts = { ...before, restrictions: new Map([[ann, [restriction(at(-1))]]]) };
      expect(starts(over).answer.state).to.equal('WAITING');
      const newcomer: Facts = { ...before, newcomers: new Map([[deviceOf(ann), at(60)]]) };
      expect(refusedWith(() => starts(newcomer))).to.equal('account_needed');
      const cid = (state: State) => person('cid', { device_id: deviceOf(ann), state });
      const shared = (state: State): Facts => ({
        ...before,
        journeys: new Map(before.journeys).set('cid', cid(state)),
        sessions: new Map(before.sessions).set(sessionOf('cid'), {
          id: sessionOf('cid'),
          user_id: 'cid',
          status: 'active',
        }),
      });
      expect(refusedWith(() => starts(shared('WAITING')))).to.equal('device_busy');
      expect(starts(shared('IDLE')).answer.state).to.equal('WAITING');
    });
  }

  it('repeated with its key gives the same session; another request is refused, and a forgotten key is new', () => {
    const first = starts(alone(home), 'a key');
    const again = starts(first.facts, 'a key', at(5));
    expect(again.answer).to.deep.equal(first.answer);
    expect(again.changes.writes).to.deep.equal([]);
    const other = { ...preferences, max_age: 40 };
    expect(refusedWith(() => starts(first.facts, 'a key', now, other))).to.equal('idempotency_mismatch');
    expect(starts(first.facts, 'another key').answer.session_id).to.not.equal(first.answer.session_id);
    expect(starts(first.facts, 'a key', at(25 * 3600), other).answer.session_id).to.not.equal(
      first.answer.session_id,
    );
  });

  it('waits outside the pool while a match has not been seen', () => {
    const { facts: after } = starts(alone({ ...home, match_notices: [roundId], match_notice_version: 7 }));
    expect(journeyOf(after, ann).parked).to.equal(true);
    const seen = apply(acknowledgeRule, after, { userId: ann, noticeVersion: 7 });
    expect(journeyOf(seen.facts, ann)).to.deep.include({
      state: 'WAITING',
      parked: false,
      match_notices: [],
    });
  });
});

describe('the rule of the end of a session', () => {
  const ends = (before: Facts, userId = ann, sessionId = sessionOf(ann)) =>
    apply(endSessionRule, before, { userId, sessionId });

  for (const [place, { before, steps, bob: partner }] of Object.entries(places))
    it(`leads home from ${place}, and repeated changes nothing`, () => {
      const first = ends(before);
      expect(first.answer).to.deep.include({ state: 'IDLE', status: 'ended' });
      expect(stepsOf(first.changes, ann)).to.deep.equal(steps);
      expect(journeyOf(first.facts, ann)).to.deep.include({ ...home, round_id: null });
      if (partner) expect(statesOf(first.facts)[1]).to.equal(partner);
      expect(ends(first.facts).changes.writes).to.deep.equal([]);
    });

  it('leaves a newer session alone, and is refused to strangers', () => {
    const newer = starts(alone()).facts;
    const { answer, changes } = ends(newer);
    expect(answer).to.include({ status: 'ended', state: 'WAITING' });
    expect(changes.writes).to.deep.equal([]);
    expect(refusedWith(() => ends(meeting('active'), bob))).to.equal('not_found');
  });
});

describe('the rule of a page that is left', () => {
  const leaves = (before: Facts) => apply(leavePageRule, before, { userId: ann, sessionId: sessionOf(ann) });

  for (const [place, { before }] of Object.entries(places))
    it(`in ${place} ${/WAITING|DECIDING/.test(place) ? 'keeps its owner out of the pool until they come back' : 'means nothing'}`, () => {
      const { facts: left, changes } = leaves(before);
      if (!/WAITING|DECIDING/.test(place)) return void expect(changes.writes).to.deep.equal([]);
      expect(journeyOf(left, ann)).to.deep.include({
        ...journeyOf(before, ann),
        ...{ guard: 41, changed_at: now, version: 8, parked: true },
      });
      expect(leaves(left).changes.writes).to.deep.equal([]);
      const back = apply(comeBackRule, left, ann);
      expect(back.answer).to.equal(true);
      expect(journeyOf(back.facts, ann)).to.deep.include({
        parked: false,
        waiting_since: at(-600),
        last_seen_at: now,
      });
      expect(apply(comeBackRule, back.facts, ann).changes.writes).to.deep.equal([]);
    });

  it('before the decision is remembered through the vote', () => {
    const left = leaves(meeting('deciding')).facts;
    const voted = apply(decideRule, left, { userId: ann, roundId, decision: 'next', ratings: undefined });
    expect(journeyOf(voted.facts, ann)).to.include({ state: 'WAITING', parked: true });
  });
});

describe('the rule of a notice that is seen', () => {
  const sees = (before: Facts, noticeVersion: number) =>
    apply(acknowledgeRule, before, { userId: ann, noticeVersion });

  it('leads on to where the notice says, and not before that notice was told', () => {
    for (const target of ['WAITING', 'IDLE'] as const) {
      expect(sees(told(target), 6).answer).to.equal(false);
      expect(sees(told(target), 6).changes.writes).to.deep.equal([]);
      const { facts: after, answer } = sees(told(target), 7);
      expect(answer).to.equal(true);
      expect(journeyOf(after, ann)).to.deep.include({
        state: target,
        waiting_since: target === 'WAITING' ? now : null,
        notice: null,
      });
    }
  });

  it('leads to a pause in place of the pool when one was asked for', () => {
    const { facts: call } = apply(skipRule, meeting('active', { people: { [ann]: { pause_asked: true } } }), {
      userId: bob,
      roundId,
    });
    const { facts: after } = sees(call, 8);
    expect(journeyOf(after, ann)).to.include({ state: 'IDLE', session_id: sessionOf(ann) });
    expect(after.sessions.get(sessionOf(ann))?.status).to.equal('paused');
  });

  it('of several matches puts the first away and tells the next; a person comes back only after the last', () => {
    const two = alone({ parked: true, match_notices: ['one', 'two'], match_notice_version: 7 });
    expect(apply(comeBackRule, two, ann).changes.writes).to.deep.equal([]);
    const first = sees(two, 7).facts;
    expect(journeyOf(first, ann)).to.deep.include({
      match_notices: ['two'],
      match_notice_version: 8,
      parked: true,
    });
    expect(sees(first, 7).answer).to.equal(false);
    expect(journeyOf(sees(first, 8).facts, ann)).to.deep.include({
      match_notices: [],
      match_notice_version: null,
      parked: false,
    });
    expect(written(sees(first, 8).changes, 'journey_events')).to.have.length(1);
  });
});
