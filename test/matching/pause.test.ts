import { expect } from 'chai';
import type { State } from '#core/journey/journey.ts';
import { pauseRule, resumeRule } from '#core/sessions/pause.ts';
import type { Facts, JourneyFact } from '#core/store/facts.ts';
import {
  ann,
  apply,
  at,
  bob,
  deviceOf,
  facts,
  meeting,
  now,
  person,
  restriction,
  sessionOf,
  stepsOf,
  written,
} from '../facts.ts';
import { refusedWith } from '../refusedWith.ts';

const session = sessionOf(ann);
const asked = { userId: ann, sessionId: session };

describe('the rule of a pause', () => {
  it('sends a waiting person home and marks the session as paused', () => {
    const { changes, answer } = apply(pauseRule, facts({ people: [person(ann)] }), asked);
    expect(answer).to.include({ state: 'IDLE', status: 'paused', state_version: 8, session_id: session });
    expect(changes.guards).to.deep.equal([{ owner: 'journeys', id: ann, guard: 40 }]);
    expect(written(changes, 'sessions')).to.deep.equal([
      { id: session, status: 'paused', end_reason: null, ended_at: null },
    ]);
    expect(stepsOf(changes, ann)).to.deep.equal(['pause']);
  });

  for (const state of ['CONNECTING', 'IN_CALL', 'DECIDING', 'DISCONNECTING'] satisfies State[])
    it(`is only noted while ${state}, and a second one writes nothing`, () => {
      const first = apply(pauseRule, meeting('active', { people: { [ann]: { state } } }), asked);
      expect(first.answer).to.include({ state, status: 'active' });
      const second = apply(pauseRule, first.facts, asked);
      expect(second.answer).to.deep.equal(first.answer);
      expect(second.changes.writes).to.deep.equal([]);
    });

  it('refuses a session of another person, one that has ended, and an account that is gone', () => {
    const stranger = { userId: bob, sessionId: session };
    const both = facts({ people: [person(ann), person(bob)] });
    expect(refusedWith(() => apply(pauseRule, both, stranger))).to.equal('not_found');
    const ended = facts({ people: [person(ann, { state: 'IDLE', session_id: null })] });
    expect(refusedWith(() => apply(pauseRule, ended, asked))).to.equal('wrong_state');
    const gone = facts({ sessions: [{ id: session, user_id: ann, status: 'active' }] });
    expect(refusedWith(() => apply(pauseRule, gone, asked))).to.equal('unauthenticated');
  });
});

describe('the rule of resuming', () => {
  const paused = (changes: Partial<JourneyFact> = {}, ...others: JourneyFact[]): Facts =>
    facts({ people: [person(ann, { state: 'IDLE', waiting_since: null, ...changes }), ...others] });

  it('begins the wait anew, shows a sign of life, and claims the device', () => {
    const { changes, answer } = apply(resumeRule, paused(), asked);
    expect(answer).to.include({ state: 'WAITING', status: 'active' });
    expect(written(changes, 'journeys')[0]).to.include({
      waiting_since: now,
      last_seen_at: now,
      changed_at: now,
    });
    expect(changes.guards).to.deep.include({ owner: 'devices', id: deviceOf(ann), guard: 3 });
    expect(written(changes, 'devices')).to.have.length(1);
  });

  it('is refused while another account searches on the device, and not when that one is at home', () => {
    const other = (state: State) => person(bob, { device_id: deviceOf(ann), state });
    expect(refusedWith(() => apply(resumeRule, paused({}, other('WAITING')), asked))).to.equal('device_busy');
    expect(apply(resumeRule, paused({}, other('IDLE')), asked).answer.state).to.equal('WAITING');
  });

  it('is refused by a restriction of the account or the device that still holds, and by no other', () => {
    const reached = (subject: string, until: Date | null): Facts => ({
      ...paused(),
      restrictions: new Map([[subject, [restriction(until)]]]),
    });
    for (const subject of [ann, deviceOf(ann)]) {
      for (const until of [null, at(60)])
        expect(refusedWith(() => apply(resumeRule, reached(subject, until), asked))).to.equal('restricted');
      expect(apply(resumeRule, reached(subject, at(-60)), asked).answer.state).to.equal('WAITING');
    }
    expect(apply(resumeRule, reached(bob, null), asked).answer.state).to.equal('WAITING');
  });

  it('is refused to a newcomer of whom an account is asked', () => {
    const newcomer: Facts = { ...paused(), newcomers: new Map([[deviceOf(ann), at(60)]]) };
    expect(refusedWith(() => apply(resumeRule, newcomer, asked))).to.equal('account_needed');
  });

  it('takes back a pause that has not begun, without claiming anything', () => {
    const talking = meeting('active', { people: { [ann]: { pause_asked: true } } });
    const { changes, answer } = apply(resumeRule, talking, asked);
    expect(answer).to.include({ state: 'IN_CALL', status: 'active' });
    expect(written(changes, 'journeys')[0]).to.include({ pause_asked: false });
    expect(written(changes, 'devices')).to.deep.equal([]);
  });

  it('tells the longer cooldown of person and device, and none that is over', () => {
    const until = (cooldown_until: Date, device: Date | null) => {
      const cooling = paused({ cooldown_until });
      const devices = new Map(cooling.devices).set(deviceOf(ann), {
        ...{ id: deviceOf(ann), guard: 3, early_exits: 5, cooldown_until: device },
      });
      return apply(resumeRule, { ...cooling, devices }, asked).answer.cooldown_until;
    };
    expect(until(at(60), null)).to.deep.equal(at(60));
    expect(until(at(60), at(90))).to.deep.equal(at(90));
    expect(until(at(-60), at(-1))).to.equal(null);
  });
});
