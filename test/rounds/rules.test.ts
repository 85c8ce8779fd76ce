import { expect } from 'chai';
import fc from 'fast-check';
import type { Rule } from '#core/commands/rule.ts';
import type { EndReason, State } from '#core/journey/journey.ts';
import { endByClockRule, endRound } from '#core/rounds/end.ts';
import type { Ending } from '#core/rounds/endings.ts';
import { endRule, skipRule } from '#core/rounds/exit.ts';
import { rules } from '#core/rules.ts';
import type { Facts } from '#core/store/facts.ts';
import {
  ann,
  apply,
  at,
  bob,
  deviceOf,
  journeyOf,
  meeting,
  now,
  person,
  roundId,
  roundOf,
  sessionOf,
  stagesOf,
  statesOf,
  written,
  type Applied,
  type Stage,
} from '../facts.ts';
import { refusedWith } from '../refusedWith.ts';

const ending: Rule<Ending, unknown> = (draft, asked) => endRound(draft, roundId, asked);

interface Row {
  reason: EndReason;
  then?: 'waiting';
  /** Where the person who causes it and the other come to, before the call; null: only in a call. */
  before: [State, State];
  /** The same in a call; null: cannot happen there. */
  inCall: [State, State] | null;
  /** The reason as people see it. */
  seen: string;
  /** It counts towards a cooldown. */
  counts: boolean;
  /** What keeps the two apart after a round that has not started. */
  apart: 'session' | 'seconds' | 'nothing';
  /** The person who causes it waits outside the pool. */
  parks?: true;
}

/** DESIGN sections 3 and 4: one row for each reason but the clock. */
const table: readonly Row[] = [
  {
    ...{ reason: 'skip', seen: 'skip', counts: true, apart: 'session' },
    ...{ before: ['WAITING', 'WAITING'], inCall: ['WAITING', 'DISCONNECTING'] },
  },
  {
    ...{ reason: 'end', seen: 'end', counts: true, apart: 'session' },
    ...{ before: ['IDLE', 'WAITING'], inCall: ['IDLE', 'DISCONNECTING'] },
  },
  {
    ...{ reason: 'left', seen: 'left', counts: true, apart: 'session' },
    ...{ before: ['IDLE', 'WAITING'], inCall: ['IDLE', 'DISCONNECTING'] },
  },
  {
    ...{ reason: 'stale', seen: 'stale', counts: true, apart: 'session' },
    ...{ before: ['IDLE', 'WAITING'], inCall: ['IDLE', 'DISCONNECTING'] },
  },
  {
    ...{ reason: 'not_joined', seen: 'not_joined', counts: false, apart: 'seconds' },
    ...{ before: ['IDLE', 'WAITING'], inCall: null },
  },
  {
    ...{ reason: 'not_acknowledged', seen: 'not_joined', counts: false, apart: 'nothing', parks: true },
    ...{ before: ['WAITING', 'WAITING'], inCall: null },
  },
  {
    ...{ reason: 'flag', seen: 'end', counts: false, apart: 'session' },
    ...{ before: ['IDLE', 'WAITING'], inCall: ['IDLE', 'DISCONNECTING'] },
  },
  {
    ...{ reason: 'flag', then: 'waiting', seen: 'end', counts: false, apart: 'session' },
    ...{ before: ['WAITING', 'WAITING'], inCall: ['WAITING', 'DISCONNECTING'] },
  },
  {
    ...{ reason: 'block', seen: 'end', counts: false, apart: 'session' },
    ...{ before: ['WAITING', 'WAITING'], inCall: ['WAITING', 'DISCONNECTING'] },
  },
  {
    ...{ reason: 'restriction', seen: 'left', counts: false, apart: 'session' },
    ...{ before: ['IDLE', 'WAITING'], inCall: ['IDLE', 'DISCONNECTING'] },
  },
];

const otherThan = (userId: string): string => (userId === ann ? bob : ann);
const nameOf = ({ reason, then }: Pick<Row, 'reason' | 'then'>): string =>
  then ? `${reason}, going on,` : reason;

/** Which of the two may cause an ending, alone or together. */
const culprits = ({ reason }: Row): string[][] =>
  ['left', 'stale', 'not_joined', 'not_acknowledged', 'restriction'].includes(reason)
    ? [[ann], [bob], [ann, bob]]
    : [[ann], [bob]];

/** What must be true of a live round that has just ended, but for the clock's ending. */
function expectEnded(
  stage: Stage,
  row: Row,
  by: readonly string[],
  { facts, changes, effects }: Applied<unknown>,
) {
  const started = stage === 'active';
  const states = started ? row.inCall : row.before;
  const { round, participants } = roundOf(facts);
  expect(round).to.deep.include({
    status: started ? 'completed' : 'cancelled',
    ended_at: now,
    end_reason: row.reason,
    ended_by: by.length === 1 ? by[0] : null,
    ...{ decide_until: null, settled_at: null, mutual_at: null },
  });
  expect(participants.map(({ live }) => live)).to.deep.equal([false, false]);
  for (const userId of [ann, bob]) {
    const mine = by.includes(userId);
    expectMoved(facts, userId, { mine, started, row, state: states?.[mine ? 0 : 1] });
    expect(facts.devices.get(deviceOf(userId))).to.include({
      early_exits: mine && row.counts ? 1 : 0,
      cooldown_until: null,
    });
  }
  expect(written(changes, 'exclusions').map(({ id: _, ...exclusion }) => exclusion)).to.have.deep.members(
    started ? [] : [apart(row, ann), apart(row, bob)].flat(),
  );
  expect(effects).to.have.length(1);
}

interface Expected {
  mine: boolean;
  started: boolean;
  row: Row;
  state: State | undefined;
}

function expectMoved(facts: Facts, userId: string, { mine, started, row, state }: Expected): void {
  const journey = journeyOf(facts, userId);
  expect(journey.state).to.equal(state);
  expect(journey.round_id).to.equal(state === 'DISCONNECTING' ? roundId : null);
  expect(journey.session_id).to.equal(state === 'IDLE' ? null : sessionOf(userId));
  expect(facts.sessions.get(sessionOf(userId))?.status).to.equal(state === 'IDLE' ? 'ended' : 'active');
  expect(journey.early_exits).to.equal(mine && row.counts ? 1 : 0);
  expect(journey.parked).to.equal(mine && row.parks === true);
  if (state === 'WAITING') expect(journey.waiting_since).to.deep.equal(mine || started ? now : at(-600));
  if (state === 'IDLE') expect(journey.waiting_since).to.equal(null);
  if (!mine)
    expect(journey.notice).to.deep.equal({
      ...{ match_id: roundId, reason: row.seen, initiated_by: 'partner', target_state: 'WAITING' },
    });
  else if (state === 'IDLE' || started) expect(journey.notice).to.equal(null);
  else
    expect(journey.notice).to.deep.include({ reason: row.seen, initiated_by: 'me', target_state: 'WAITING' });
}

/** The exclusion that is remembered on behalf of one of the two. */
function apart({ apart: what }: Row, userId: string) {
  if (what === 'nothing') return [];
  const other = otherThan(userId);
  return [
    {
      ...{ user_id: userId, device_id: deviceOf(userId) },
      ...{ other_user_id: other, other_device_id: deviceOf(other), round_id: roundId },
      ...(what === 'session'
        ? { reason: 'met', session_id: sessionOf(userId), until: null }
        : { reason: 'not_joined', session_id: null, until: at(rules.notJoinedCooldownSeconds) }),
    },
  ];
}

/** What the clock makes of a round whose time is up. */
function expectEndedByClock({ facts, changes, effects }: Applied<unknown>): void {
  expect(roundOf(facts).round).to.deep.include({
    ...{ status: 'completed', end_reason: 'clock', ended_by: null, settled_at: null },
    ...{ ended_at: at(-1), decide_until: at(rules.decisionSeconds) },
  });
  expect(roundOf(facts).participants.map(({ live }) => live)).to.deep.equal([false, false]);
  for (const userId of [ann, bob]) {
    expect(journeyOf(facts, userId)).to.include({ state: 'DECIDING', round_id: roundId, notice: null });
    expect(journeyOf(facts, userId).early_exits).to.equal(0);
    expect(facts.devices.get(deviceOf(userId))?.early_exits).to.equal(0);
  }
  expect(written(changes, 'exclusions')).to.deep.equal([]);
  expect(effects).to.have.length(1);
}

const over = stagesOf((stage) => !['waiting', 'active', 'overdue'].includes(stage));

describe('the rule of an ending', () => {
  for (const row of table)
    for (const by of culprits(row)) {
      const name = `by ${nameOf(row)} of ${by.join(' and ')}`;

      it(`${name} cancels a round that has not started, and leads both where the table says`, () => {
        expectEnded('waiting', row, by, apply(ending, meeting('waiting'), { ...row, by }));
      });

      if (row.inCall)
        it(`${name} completes a call, and leads both where the table says`, () => {
          expectEnded('active', row, by, apply(ending, meeting('active'), { ...row, by }));
        });
      else
        it(`${name} cannot happen in a call`, () => {
          expect(refusedWith(() => apply(ending, meeting('active'), { ...row, by }))).to.equal('wrong_state');
        });

      it(`${name} after the deadline is the clock’s ending, and makes up for the early exits`, () => {
        const spoilt = Object.fromEntries([ann, bob].map((userId) => [userId, { early_exits: 4 }]));
        const devices = [ann, bob].map((userId) => ({ id: deviceOf(userId), early_exits: 4 }));
        expectEndedByClock(apply(ending, meeting('overdue', { people: spoilt, devices }), { ...row, by }));
      });

      it(`${name} changes nothing once the round has ended`, () => {
        for (const stage of over) {
          const { changes, effects } = apply(ending, meeting(stage), { ...row, by });
          expect(changes.writes, stage).to.deep.equal([]);
          expect(effects).to.deep.equal([]);
        }
      });
    }

  it('ends exactly at the deadline by the clock, and one millisecond before by what was asked', () => {
    for (const [deadline_at, reason] of [
      [now, 'clock'],
      [at(0.001), 'skip'],
    ] as const) {
      const { facts } = apply(ending, meeting('active', { round: { deadline_at } }), {
        reason: 'skip',
        by: [ann],
      });
      expect(roundOf(facts).round).to.deep.include({ end_reason: reason, ended_at: now });
    }
  });

  it('does not need the account of a partner who is gone', () => {
    for (const stage of ['waiting', 'active', 'overdue'] as const) {
      const { facts } = apply(ending, meeting(stage, { people: { [bob]: null } }), {
        reason: 'skip',
        by: [ann],
      });
      expect(statesOf(facts)).to.deep.equal([stage === 'overdue' ? 'DECIDING' : 'WAITING', undefined]);
    }
  });

  it('pauses the search of a person who asked for it, in place of the way back to the pool', () => {
    const asking = meeting('waiting', {
      people: { [ann]: { pause_asked: true }, [bob]: { pause_asked: true } },
    });
    const { facts } = apply(ending, asking, { reason: 'skip', by: [ann] });
    for (const userId of [ann, bob]) {
      expect(journeyOf(facts, userId)).to.include({
        state: 'IDLE',
        session_id: sessionOf(userId),
        pause_asked: false,
      });
      expect(facts.sessions.get(sessionOf(userId))?.status).to.equal('paused');
    }
  });

  it('by the clock comes when the time is up and not before, and not to a round that has not started', () => {
    const byClock = (stage: Stage) => apply(endByClockRule, meeting(stage), roundId);
    expectEndedByClock(byClock('overdue'));
    for (const stage of stagesOf((one) => one !== 'overdue'))
      expect(byClock(stage).changes.writes, stage).to.deep.equal([]);
  });
});

describe('an early exit', () => {
  const counter = fc.integer({ min: 0, max: 40 });
  const cooldown = fc.option(fc.integer({ min: -100, max: 1000 }).map(at));

  /** Five, ten, fifteen exits in a row, and each five more. */
  const secondsAfter = (exits: number): number => (exits % 5 > 0 ? 0 : ({ 5: 60, 10: 300 }[exits] ?? 900));

  for (const stage of ['waiting', 'active'] as const)
    for (const row of table.filter(({ inCall, counts }) => inCall && counts))
      it(`by ${row.reason} of a round that is ${stage} counts from the higher counter of person and device, and cools both`, () => {
        fc.assert(
          fc.property(counter, counter, cooldown, cooldown, (ofPerson, ofDevice, own, devices) => {
            const before = meeting(stage, {
              people: { [ann]: { early_exits: ofPerson, cooldown_until: own } },
              devices: [{ id: deviceOf(ann), early_exits: ofDevice, cooldown_until: devices }],
            });
            const { facts } = apply(ending, before, { reason: row.reason, by: [ann] });
            const exits = Math.max(ofPerson, ofDevice) + 1;
            const until = at(secondsAfter(exits));
            expect(journeyOf(facts, ann)).to.deep.include({
              early_exits: exits,
              cooldown_until: secondsAfter(exits) > 0 ? until : own,
            });
            expect(facts.devices.get(deviceOf(ann))).to.deep.include({
              early_exits: exits,
              cooldown_until: secondsAfter(exits) > 0 ? until : devices,
            });
            expect(journeyOf(facts, bob)).to.include({ early_exits: 0, cooldown_until: null });
          }),
          { numRuns: 50 },
        );
      });

  it('that costs nothing is one that DESIGN names: flag, block, restriction, or a date that did not come about', () => {
    const worn = { early_exits: 4 };
    for (const row of table.filter(({ counts }) => !counts)) {
      const before = meeting('waiting', {
        people: { [ann]: worn },
        devices: [{ id: deviceOf(ann), ...worn }],
      });
      const { facts } = apply(ending, before, { ...row, by: [ann] });
      expect(journeyOf(facts, ann)).to.include({ ...worn, cooldown_until: null });
      expect(facts.devices.get(deviceOf(ann))).to.include({ ...worn, cooldown_until: null });
    }
  });
});

/** What can happen to a round, by its name. */
const doings: Record<string, (before: Facts) => Applied<unknown>> = Object.fromEntries([
  ...table.flatMap((row) =>
    culprits(row).map((by): [string, (before: Facts) => Applied<unknown>] => [
      `${nameOf(row)} of ${by.join(' and ')}`,
      (before) => apply(ending, before, { ...row, by }),
    ]),
  ),
  ...[ann, bob].flatMap((userId): [string, (before: Facts) => Applied<unknown>][] => [
    [`Skip of ${userId}`, (before) => apply(skipRule, before, { userId, roundId })],
    [`End of ${userId}`, (before) => apply(endRule, before, { userId, roundId })],
  ]),
  ['clock', (before: Facts) => apply(endByClockRule, before, roundId)],
]);

/** What nobody may change any more once a round has ended: the round, its participants, the counters. */
const lasting = (facts: Facts) => ({
  round: { ...roundOf(facts), round: { ...roundOf(facts).round, guard: 0 } },
  counters: [ann, bob].map((userId) => {
    const { early_exits, cooldown_until } = journeyOf(facts, userId);
    return { early_exits, cooldown_until };
  }),
  devices: [ann, bob].map((userId) => ({ ...facts.devices.get(deviceOf(userId)), guard: 0 })),
});

const partOf = (name: string): string => /of (.*)$/.exec(name)?.[1] ?? '';

/** Whether it can end a round that has come so far. */
function canEnd(name: string, stage: Stage): boolean {
  if (stage === 'overdue') return true;
  return name !== 'clock' && (stage === 'waiting' || !name.startsWith('not_'));
}

describe('of two endings one after the other', () => {
  for (const stage of ['waiting', 'active', 'overdue'] as const)
    for (const [first, does] of Object.entries(doings))
      if (canEnd(first, stage))
        it(`the first is the ending, ${first} of a round that is ${stage}, and no second one changes the round`, () => {
          const one = does(meeting(stage));
          expect(one.effects).to.have.length(1);
          for (const [second, follows] of Object.entries(doings)) {
            const two = follows(one.facts);
            expect(lasting(two.facts), second).to.deep.equal(lasting(one.facts));
            expect(written(two.changes, 'exclusions'), second).to.deep.equal([]);
            expect(two.effects, second).to.deep.equal([]);
            const moved = written(two.changes, 'journeys').map((row) => row.user_id);
            expect(/^(Skip|End)/.test(second) ? [[], [partOf(second)]] : [[]], second).to.deep.include(moved);
          }
        });
});

describe('Skip and End of a round that has ended', () => {
  const [by, other] = [
    { userId: ann, roundId },
    { userId: bob, roundId },
  ];

  it('answer with the true ending, and never say who reported, blocked or was restricted', () => {
    for (const row of table)
      for (const rule of [skipRule, endRule])
        for (const [asked, initiated_by] of [
          [by, 'me'],
          [other, 'partner'],
        ] as const) {
          const { facts } = apply(ending, meeting('waiting'), { ...row, by: [ann] });
          const { answer } = apply(rule, facts, asked);
          expect(answer.end_reason, nameOf(row)).to.equal(row.seen);
          expect(answer.notice).to.include({ match_id: roundId, reason: row.seen, initiated_by });
          expect(answer.notice.target_state).to.equal(answer.state);
        }
  });

  it('say that nobody in particular ended it when the clock did, and leave both to decide', () => {
    for (const rule of [skipRule, endRule]) {
      const { answer, facts } = apply(rule, meeting('overdue'), by);
      expect(answer).to.deep.include({ state: 'DECIDING', end_reason: 'clock' });
      expect(answer.notice).to.include({ initiated_by: 'system' });
      expect(statesOf(facts)).to.deep.equal(['DECIDING', 'DECIDING']);
      expect(journeyOf(facts, ann).pause_asked).to.equal(rule === endRule);
      expect(journeyOf(facts, bob).pause_asked).to.equal(false);
    }
  });

  it('repeated, give the same answer and write nothing', () => {
    for (const stage of ['waiting', 'active', 'overdue'] as const)
      for (const rule of [skipRule, endRule]) {
        const first = apply(rule, meeting(stage), by);
        const again = apply(rule, first.facts, by);
        expect(again.answer).to.deep.equal(first.answer);
        expect(again.changes.writes).to.deep.equal([]);
      }
  });

  it('let the partner go on at once: Skip back to the pool, End home', () => {
    for (const [rule, state] of [
      [skipRule, 'WAITING'],
      [endRule, 'IDLE'],
    ] as const) {
      const { facts } = apply(skipRule, meeting('active'), by);
      expect(statesOf(facts)).to.deep.equal(['WAITING', 'DISCONNECTING']);
      const late = apply(rule, facts, other);
      expect(late.answer.state).to.equal(state);
      expect(statesOf(late.facts)).to.deep.equal(['WAITING', state]);
      expect(journeyOf(late.facts, bob).early_exits).to.equal(0);
    }
  });

  it('by End lead home also a partner who waits already, as long as that ending is the last thing they were told', () => {
    const { facts } = apply(skipRule, meeting('waiting'), by);
    expect(apply(endRule, facts, other).answer.state).to.equal('IDLE');
    const told = {
      ...facts,
      journeys: new Map(facts.journeys).set(bob, { ...journeyOf(facts, bob), notice: null }),
    };
    expect(apply(endRule, told, other).answer.state).to.equal('WAITING');
  });

  it('are refused to strangers, to accounts that are gone, and for rounds that never were', () => {
    for (const rule of [skipRule, endRule]) {
      const withCid = meeting('active', { others: [person('cid')] });
      expect(refusedWith(() => apply(rule, withCid, { userId: 'cid', roundId }))).to.equal('not_found');
      expect(refusedWith(() => apply(rule, withCid, { ...by, roundId: 'another' }))).to.equal('not_found');
      const alone = meeting('active', { people: { [ann]: null } });
      expect(refusedWith(() => apply(rule, alone, by))).to.equal('unauthenticated');
    }
  });
});
