import { expect } from 'chai';
import { newId } from '#core/ids.ts';
import type { State } from '#core/journey/journey.ts';
import { decide } from '#core/commands/rule.ts';
import { pauseRule, resumeRule } from '#core/matching/pause.ts';
import type { StatementRow } from '#core/safety/statement.ts';
import type { Changes } from '#core/store/commit.ts';
import type { Facts, JourneyFact } from '#core/store/facts.ts';
import { refusedWith } from '../refusedWith.ts';

const earlier = new Date('2026-01-01T11:00:00Z');
const now = new Date('2026-01-01T12:00:00Z');
const later = '2026-01-01T13:00:00.000Z';
const [ann, bob, device, session] = [newId(), newId(), newId(), newId()];
const asked = { userId: ann, sessionId: session };

const journey = (changes: Partial<JourneyFact> = {}): JourneyFact => ({
  user_id: ann,
  device_id: device,
  pool: 'world',
  state: 'WAITING',
  version: 7,
  guard: 40,
  published_version: 7,
  session_id: session,
  round_id: null,
  waiting_since: earlier,
  parked: false,
  pause_asked: false,
  notice: null,
  match_notices: [],
  match_notice_version: null,
  early_exits: 0,
  cooldown_until: null,
  voted_round_id: null,
  last_seen_at: earlier,
  changed_at: earlier,
  met: [],
  voted_until: null,
  match_names: null,
  ...changes,
});

const stranger = { display_name: 'Ann', birth_date: '1990-01-01', bio: '', interests: [] };

const facts = (journeys: JourneyFact[], restrictions: Facts['restrictions'] = new Map()): Facts => ({
  journeys: new Map(journeys.map((one) => [one.user_id, one])),
  devices: new Map([[device, { id: device, guard: 3, early_exits: 0, cooldown_until: null }]]),
  rounds: new Map(),
  sessions: new Map([[session, { id: session, user_id: ann, status: 'active' }]]),
  accounts: new Map([[ann, { id: ann, kind: 'guest', cell: null, ...stranger }]]),
  restrictions,
  newcomers: new Map(),
  idempotencyKeys: [],
});

const restriction = (until: string | null): StatementRow => ({
  id: newId(),
  kind: 'restriction',
  category: null,
  reason: 'Insults',
  created_at: earlier.toISOString(),
  until,
  automated: false,
  how: 'account',
  scope: ['account'],
});

const written = (changes: Changes, table: string) =>
  changes.writes.filter((write) => write.table === table).map(({ row }) => row);

describe('the rule of a pause', () => {
  it('sends a waiting person home and marks the session as paused', () => {
    const { changes, answer } = decide(pauseRule, facts([journey()]), asked, now);
    expect(answer).to.include({ state: 'IDLE', status: 'paused', state_version: 8, session_id: session });
    expect(changes.guards).to.deep.equal([{ owner: 'journeys', id: ann, guard: 40 }]);
    expect(written(changes, 'sessions')).to.deep.equal([
      { id: session, status: 'paused', end_reason: null, ended_at: null },
    ]);
    expect(written(changes, 'journey_events').map((row) => row.event)).to.deep.equal(['pause']);
  });

  for (const state of ['CONNECTING', 'IN_CALL', 'DECIDING', 'DISCONNECTING'] satisfies State[])
    it(`is only noted while ${state}, and a second one writes nothing`, () => {
      const first = decide(pauseRule, facts([journey({ state, round_id: newId() })]), asked, now);
      expect(first.answer).to.include({ state, status: 'active' });
      const again = facts([journey({ state, round_id: newId(), pause_asked: true })]);
      expect(decide(pauseRule, again, asked, now).changes.writes).to.deep.equal([]);
    });

  it('refuses a session of another person, one that has ended, and an account that is gone', () => {
    const stranger = { userId: bob, sessionId: session };
    expect(refusedWith(() => decide(pauseRule, facts([journey({ user_id: bob })]), stranger, now))).to.equal(
      'not_found',
    );
    const ended = facts([journey({ state: 'IDLE', session_id: null })]);
    expect(refusedWith(() => decide(pauseRule, ended, asked, now))).to.equal('wrong_state');
    expect(refusedWith(() => decide(pauseRule, facts([]), asked, now))).to.equal('unauthenticated');
  });
});

describe('the rule of resuming', () => {
  const paused = (changes: Partial<JourneyFact> = {}) =>
    journey({ state: 'IDLE', waiting_since: null, ...changes });

  it('begins the wait anew, shows a sign of life, and claims the device', () => {
    const { changes, answer } = decide(resumeRule, facts([paused()]), asked, now);
    expect(answer).to.include({ state: 'WAITING', status: 'active' });
    expect(written(changes, 'journeys')[0]).to.include({
      waiting_since: now,
      last_seen_at: now,
      changed_at: now,
    });
    expect(changes.guards).to.deep.include({ owner: 'devices', id: device, guard: 3 });
    expect(written(changes, 'devices')).to.have.length(1);
  });

  it('is refused while another account searches on the device, and not when that one is at home', () => {
    const other = (state: State) => journey({ user_id: bob, session_id: newId(), state });
    expect(refusedWith(() => decide(resumeRule, facts([paused(), other('WAITING')]), asked, now))).to.equal(
      'device_busy',
    );
    expect(decide(resumeRule, facts([paused(), other('IDLE')]), asked, now).answer.state).to.equal('WAITING');
  });

  it('is refused by a restriction of the account or the device that still holds, and by no other', () => {
    const reaching = (subject: string, until: string | null) =>
      facts([paused()], new Map([[subject, [restriction(until)]]]));
    for (const subject of [ann, device]) {
      expect(refusedWith(() => decide(resumeRule, reaching(subject, null), asked, now))).to.equal(
        'restricted',
      );
      expect(refusedWith(() => decide(resumeRule, reaching(subject, later), asked, now))).to.equal(
        'restricted',
      );
      expect(decide(resumeRule, reaching(subject, earlier.toISOString()), asked, now).answer.state).to.equal(
        'WAITING',
      );
    }
    expect(decide(resumeRule, reaching(bob, null), asked, now).answer.state).to.equal('WAITING');
  });

  it('is refused to a newcomer of whom an account is asked', () => {
    const asking: Facts = { ...facts([paused()]), newcomers: new Map([[device, new Date(later)]]) };
    expect(refusedWith(() => decide(resumeRule, asking, asked, now))).to.equal('account_needed');
  });

  it('takes back a pause that has not begun, without claiming anything', () => {
    const talking = journey({ state: 'IN_CALL', round_id: newId(), pause_asked: true });
    const { changes, answer } = decide(resumeRule, facts([talking]), asked, now);
    expect(answer).to.include({ state: 'IN_CALL', status: 'active' });
    expect(written(changes, 'journeys')[0]).to.include({ pause_asked: false });
    expect(written(changes, 'devices')).to.deep.equal([]);
  });

  it('tells the longer cooldown of person and device, and none that is over', () => {
    const cooling = facts([paused({ cooldown_until: new Date(later) })]);
    expect(decide(resumeRule, cooling, asked, now).answer.cooldown_until?.toISOString()).to.equal(later);
    expect(
      decide(resumeRule, facts([paused({ cooldown_until: earlier })]), asked, now).answer.cooldown_until,
    ).to.equal(null);
  });
});
