import { expect } from 'chai';
import { advance, type Journey } from '#core/journey/advance.ts';
import { next, remarks, states, transitions, type Move, type State } from '#core/journey/journey.ts';
import { refusedWith } from '../refusedWith.ts';

/** DESIGN section 3, written out once more: from where, by what, to where. Whatever is not here cannot happen. */
const design: [from: State, event: Move, to: State][] = [
  ['IDLE', 'start', 'WAITING'],
  ['IDLE', 'resume', 'WAITING'],
  ['WAITING', 'pause', 'IDLE'],
  ['IDLE', 'end_session', 'IDLE'],
  ['WAITING', 'end_session', 'IDLE'],
  ['DECIDING', 'end_session', 'IDLE'],
  ['DISCONNECTING', 'end_session', 'IDLE'],
  ['WAITING', 'stale', 'IDLE'],
  ['DECIDING', 'stale', 'IDLE'],
  ['DISCONNECTING', 'stale', 'IDLE'],
  ['WAITING', 'waited_too_long', 'IDLE'],
  ['IDLE', 'restricted', 'IDLE'],
  ['WAITING', 'restricted', 'IDLE'],
  ['DECIDING', 'restricted', 'IDLE'],
  ['DISCONNECTING', 'restricted', 'IDLE'],

  ['WAITING', 'paired', 'CONNECTING'],
  ['CONNECTING', 'started', 'IN_CALL'],
  ['IN_CALL', 'clock', 'DECIDING'],
  ['DECIDING', 'voted', 'WAITING'],
  ['DECIDING', 'window_closed', 'WAITING'],

  ['CONNECTING', 'not_acknowledged', 'WAITING'],
  ['CONNECTING', 'partner_not_acknowledged', 'WAITING'],
  ['CONNECTING', 'not_joined', 'IDLE'],
  ['CONNECTING', 'partner_not_joined', 'WAITING'],
  ['CONNECTING', 'skip', 'WAITING'],
  ['CONNECTING', 'partner_skip', 'WAITING'],
  ['CONNECTING', 'end', 'IDLE'],
  ['CONNECTING', 'partner_end', 'WAITING'],
  ['CONNECTING', 'left', 'IDLE'],
  ['CONNECTING', 'partner_left', 'WAITING'],
  ['CONNECTING', 'lost', 'IDLE'],
  ['CONNECTING', 'partner_lost', 'WAITING'],
  ['CONNECTING', 'flag', 'IDLE'],
  ['CONNECTING', 'flag_and_go_on', 'WAITING'],
  ['CONNECTING', 'partner_flag', 'WAITING'],
  ['CONNECTING', 'block', 'WAITING'],
  ['CONNECTING', 'partner_block', 'WAITING'],
  ['CONNECTING', 'restriction', 'IDLE'],
  ['CONNECTING', 'partner_restriction', 'WAITING'],

  ['IN_CALL', 'skip', 'DISCONNECTING'],
  ['IN_CALL', 'partner_skip', 'DISCONNECTING'],
  ['IN_CALL', 'end', 'DISCONNECTING'],
  ['IN_CALL', 'partner_end', 'DISCONNECTING'],
  ['IN_CALL', 'left', 'IDLE'],
  ['IN_CALL', 'partner_left', 'DISCONNECTING'],
  ['IN_CALL', 'lost', 'IDLE'],
  ['IN_CALL', 'partner_lost', 'DISCONNECTING'],
  ['IN_CALL', 'flag', 'DISCONNECTING'],
  ['IN_CALL', 'flag_and_go_on', 'DISCONNECTING'],
  ['IN_CALL', 'partner_flag', 'DISCONNECTING'],
  ['IN_CALL', 'block', 'DISCONNECTING'],
  ['IN_CALL', 'partner_block', 'DISCONNECTING'],
  ['IN_CALL', 'restriction', 'IDLE'],
  ['IN_CALL', 'partner_restriction', 'DISCONNECTING'],

  ['DISCONNECTING', 'requeued', 'WAITING'],
  ['DISCONNECTING', 'retired', 'IDLE'],
];
const moves = Object.keys(transitions) as Move[];
const designed = (from: State, event: Move): State | null =>
  design.find(([state, move]) => state === from && move === event)?.[2] ?? null;

describe('the transition table', () => {
  for (const from of states)
    it(`leads from ${from} where the design says, and nowhere else`, () => {
      for (const event of moves)
        expect(next(from, event), `${from} ${event}`).to.equal(designed(from, event));
    });

  it('has no event of which the design does not know, and lacks none', () => {
    expect(moves).to.have.members([...new Set(design.map(([, event]) => event))]);
  });

  it('lets a remark be made anywhere, and moves nobody by it', () => {
    for (const from of states)
      for (const remark of remarks) expect(next(from, remark), remark).to.equal(from);
  });
});

const journey = (overrides: Partial<Journey> = {}): Journey => ({
  ...{
    user_id: 'me',
    device_id: 'mine',
    pool: 'world',
    state: 'IN_CALL',
    version: 7,
    session_id: 's',
    round_id: 'r',
  },
  ...{ waiting_since: new Date(0), parked: false, pause_asked: false, notice: null, match_notices: [] },
  ...{
    match_notice_version: null,
    early_exits: 0,
    cooldown_until: null,
    voted_round_id: null,
    last_seen_at: new Date(0),
    events: [],
  },
  ...overrides,
});

describe('a step', () => {
  it('that the table does not have is refused, and changes nothing', () => {
    for (const from of states)
      for (const event of moves.filter((move) => designed(from, move) === null)) {
        const before = journey({ state: from });
        expect(
          refusedWith(() => advance(before, event)),
          `${from} ${event}`,
        ).to.equal('wrong_state');
        expect(before).to.deep.equal(journey({ state: from }));
      }
  });

  it('counts one version, and is written down with where it came from and led', () => {
    const me = journey();
    advance(me, 'partner_skip');

    expect(me).to.include({ state: 'DISCONNECTING', version: 8, round_id: 'r', session_id: 's' });
    const { from_state, to_state, version, event, round_id } = me.events[0]!;
    expect({ from_state, to_state, version, event, round_id }).to.deep.equal({
      ...{
        from_state: 'IN_CALL',
        to_state: 'DISCONNECTING',
        version: 8,
        event: 'partner_skip',
        round_id: 'r',
      },
    });
  });

  it('to the pool takes a pause that was asked for along, and home again nothing remains of it', () => {
    const me = journey({ state: 'DECIDING', pause_asked: true });
    advance(me, 'voted', { waiting_since: new Date(1) });

    expect(me).to.include({ state: 'IDLE', pause_asked: false, version: 9, session_id: 's', round_id: null });
    expect(me.events.map((step) => step.event)).to.deep.equal(['voted', 'pause']);
  });

  it('home ends the session, unless it is a pause', () => {
    for (const [from, event, to] of design.filter(([, , state]) => state === 'IDLE')) {
      const me = journey({ state: from });
      advance(me, event);
      expect(me.session_id, `${from} ${event} ${to}`).to.equal(event === 'pause' ? 's' : null);
    }
  });

  it('to the pool with an unseen match leads outside it', () => {
    const me = journey({ state: 'DISCONNECTING', match_notices: ['m'], match_notice_version: 3 });
    advance(me, 'requeued', { waiting_since: new Date(1) });
    expect(me).to.include({ state: 'WAITING', parked: true });
  });
});
