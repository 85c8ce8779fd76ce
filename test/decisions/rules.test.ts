import { expect } from 'chai';
import { decideRule } from '#core/decisions/decide.ts';
import { settleRule } from '#core/decisions/settle.ts';
import { withdrawVote } from '#core/decisions/withdraw.ts';
import { roundIn } from '#core/commands/draft.ts';
import type { Rule } from '#core/commands/rule.ts';
import { decisions, rules, type Decision, type Ratings } from '#core/rules.ts';
import type { Facts } from '#core/store/facts.ts';
import type { Changes } from '#core/store/commit.ts';
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
  stepsOf,
  written,
  type Applied,
} from '../facts.ts';
import { refusedWith } from '../refusedWith.ts';

/** When the window of `meeting('deciding')` closes. */
const close = at(15);

const votes = (before: Facts, userId: string, decision: Decision, instant = now, ratings?: Ratings) =>
  apply(decideRule, before, { userId, roundId, decision, ratings }, instant);

const settles = (before: Facts, instant = close) => apply(settleRule, before, roundId, instant);

const withdrawal: Rule<string, void> = (draft, userId) =>
  withdrawVote(draft, roundIn(draft, roundId), userId);
const withdraws = (before: Facts, userId: string, instant = now) =>
  apply(withdrawal, before, userId, instant);

const otherThan = (userId: string): string => (userId === ann ? bob : ann);
const pairs = decisions.flatMap((mine) => decisions.map((theirs) => ({ mine, theirs })));
const isMutual = (one: Decision | null, other: Decision | null) => one === 'continue' && other === 'continue';
const outcomeOf = (decision: Decision) => (decision === 'continue' ? 'pending' : 'passed');
const voteOf = (facts: Facts, userId: string) => roundOf(facts).votes.get(userId)?.decision;

/** What the person can ever see of their own row, or be woken by. */
function visible(facts: Facts, userId: string) {
  const { guard: _, waiting_since: __, changed_at: ___, ...row } = journeyOf(facts, userId);
  return row;
}

/** What a rule has changed about a person that they could see. */
const about = (changes: Changes, userId: string) =>
  changes.writes
    .filter(
      ({ table, row }) =>
        table !== 'decisions' && table !== 'exclusions' && Reflect.get(row, 'user_id') === userId,
    )
    .map(({ table, row }) => {
      const { waiting_since: _, changed_at: __, ...rest } = { ...row } as Record<string, unknown>;
      return { table, ...rest };
    });

/** The people who wait, and whose vote does not keep them out of the pool any more; see core/decisions/voters.ts. */
const inPool = (facts: Facts): string[] => {
  const { round, votes: given } = roundOf(facts);
  return [ann, bob].filter((userId) => {
    const { state, parked, voted_round_id } = journeyOf(facts, userId);
    const isHeldBack = voted_round_id === roundId && round.settled_at === null && given.size < 2;
    return state === 'WAITING' && !parked && !isHeldBack;
  });
};

describe('the rule of a vote', () => {
  for (const first of [ann, bob]) {
    const second = otherThan(first);
    for (const { mine, theirs } of pairs)
      it(`${mine} of ${first}, then ${theirs} of ${second}: ${isMutual(mine, theirs) ? 'a match at once' : 'nothing until the window closes'}`, () => {
        const one = votes(meeting('deciding'), first, mine, at(1));
        expect(one.answer).to.equal(outcomeOf(mine));
        expect(journeyOf(one.facts, first)).to.deep.include({
          state: 'WAITING',
          waiting_since: at(1),
          voted_round_id: roundId,
        });
        expect(journeyOf(one.facts, second)).to.deep.equal(journeyOf(meeting('deciding'), second));
        expect(inPool(one.facts)).to.deep.equal([]);

        const two = votes(one.facts, second, theirs, at(4));
        const { round } = roundOf(two.facts);
        expect(two.answer).to.equal(isMutual(mine, theirs) ? 'mutual' : outcomeOf(theirs));
        const settled = isMutual(mine, theirs) ? at(4) : null;
        expect(round).to.deep.include({ status: 'completed', mutual_at: settled, settled_at: settled });
        expect(inPool(two.facts)).to.deep.equal(isMutual(mine, theirs) ? [] : [ann, bob]);
        for (const userId of [ann, bob])
          expect(journeyOf(two.facts, userId)).to.deep.include({
            ...{ state: 'WAITING', waiting_since: at(4), parked: isMutual(mine, theirs) },
            match_notices: isMutual(mine, theirs) ? [roundId] : [],
          });

        const three = settles(two.facts);
        expect(roundOf(three.facts).round).to.deep.include(
          isMutual(mine, theirs)
            ? { status: 'completed', mutual_at: at(4), settled_at: at(4) }
            : { status: 'passed', mutual_at: null, settled_at: close },
        );
        expect(about(three.changes, ann).concat(about(three.changes, bob))).to.deep.equal([]);
        expect(votes(three.facts, first, mine, at(20)).answer).to.equal(
          isMutual(mine, theirs) ? 'mutual' : 'passed',
        );
      });

    for (const mine of decisions)
      it(`${mine} of ${first} alone is passed when the window closes, and both wait from then on`, () => {
        const one = votes(meeting('deciding'), first, mine, at(1));
        const closed = settles(one.facts);
        expect(roundOf(closed.facts).round).to.deep.include({
          status: 'passed',
          mutual_at: null,
          settled_at: close,
        });
        expect(inPool(closed.facts)).to.deep.equal([ann, bob]);
        for (const userId of [ann, bob])
          expect(journeyOf(closed.facts, userId).waiting_since).to.deep.equal(close);
        expect(about(closed.changes, first).filter(({ table }) => table === 'journey_events')).to.deep.equal(
          [],
        );
        expect(stepsOf(closed.changes, second)).to.deep.equal(['window_closed']);
      });
  }

  it('is not needed: without any both wait when the window closes', () => {
    const { facts } = settles(meeting('deciding'));
    expect(roundOf(facts).round.status).to.equal('passed');
    expect(inPool(facts)).to.deep.equal([ann, bob]);
  });

  it('counts from the clock’s ending on, also one that nothing has noticed, and until the window closes', () => {
    const early = votes(meeting('overdue'), ann, 'continue');
    expect(statesOf(early.facts)).to.deep.equal(['WAITING', 'DECIDING']);
    expect(roundOf(early.facts).round).to.deep.include({
      end_reason: 'clock',
      decide_until: at(rules.decisionSeconds),
    });
    expect(votes(meeting('deciding'), ann, 'continue', at(14.999)).answer).to.equal('pending');
    for (const late of [close, at(16)])
      expect(refusedWith(() => votes(meeting('deciding'), ann, 'continue', late))).to.equal(
        'decision_closed',
      );
    expect(settles(meeting('deciding'), at(14.999)).changes.writes).to.deep.equal([]);
  });

  it('is refused before the clock’s ending, after any other, to strangers, and once the account is gone', () => {
    for (const stage of stagesOf((one) => one !== 'deciding' && one !== 'overdue'))
      expect(
        refusedWith(() => votes(meeting(stage), ann, 'continue')),
        stage,
      ).to.equal('decision_closed');
    const skipped = meeting('deciding', { round: { end_reason: 'skip', decide_until: null } });
    expect(refusedWith(() => votes(skipped, ann, 'continue'))).to.equal('decision_closed');
    expect(
      refusedWith(() => votes(meeting('deciding', { others: [person('cid')] }), 'cid', 'next')),
    ).to.equal('not_found');
    expect(refusedWith(() => votes(meeting('deciding', { people: { [ann]: null } }), ann, 'next'))).to.equal(
      'unauthenticated',
    );
  });

  it('repeated gives the same answer and writes nothing; another one is refused', () => {
    for (const decision of decisions) {
      const first = votes(meeting('deciding'), ann, decision);
      const again = votes(first.facts, ann, decision, at(3), { warmth: 5 });
      expect(again.answer).to.equal(first.answer);
      expect(again.changes.writes).to.deep.equal([]);
      for (const other of decisions.filter((one) => one !== decision))
        expect(refusedWith(() => votes(first.facts, ann, other))).to.equal('already_decided');
    }
  });

  it('is taken of a person who has ended their session, and does not move them', () => {
    const gone = meeting('deciding', {
      people: { [ann]: { state: 'IDLE', session_id: null, round_id: null } },
    });
    const { facts, answer } = votes(gone, ann, 'continue');
    expect(answer).to.equal('pending');
    expect(journeyOf(facts, ann)).to.include({ state: 'IDLE', version: 7 });
    const two = votes(facts, bob, 'continue');
    expect(two.answer).to.equal('mutual');
    expect(journeyOf(two.facts, ann)).to.deep.include({ state: 'IDLE', match_notices: [roundId] });
  });

  it('of skip keeps the partner away from this person and their device, and no other vote does', () => {
    for (const decision of decisions) {
      const { changes } = votes(meeting('deciding'), ann, decision);
      expect(written(changes, 'exclusions').map(({ id: _, ...row }) => row)).to.deep.equal(
        decision === 'skip'
          ? [
              {
                ...{
                  user_id: ann,
                  device_id: deviceOf(ann),
                  other_user_id: bob,
                  other_device_id: deviceOf(bob),
                },
                ...{ round_id: roundId, reason: 'skip_vote', session_id: null },
                until: at(rules.skipMemoryDays * 24 * 3600),
              },
            ]
          : [],
      );
    }
  });

  it('of skip by a person who is elsewhere already makes void a pairing that does not know of it, unseen', () => {
    for (const elsewhere of ['IDLE', 'WAITING'] as const) {
      const before = meeting('deciding', { people: { [ann]: { state: elsewhere, round_id: null } } });
      const { facts, changes } = votes(before, ann, 'skip');
      expect(journeyOf(facts, ann)).to.deep.equal({ ...journeyOf(before, ann), guard: 41 });
      expect(stepsOf(changes, ann)).to.deep.equal([]);
    }
  });

  it('pauses the search of a person who asked for it, and the close of the window does not wake it', () => {
    const asking = meeting('deciding', { people: { [ann]: { pause_asked: true } } });
    const { facts } = votes(asking, ann, 'next');
    expect(journeyOf(facts, ann)).to.include({
      state: 'IDLE',
      session_id: sessionOf(ann),
      waiting_since: null,
    });
    expect(journeyOf(settles(facts).facts, ann)).to.deep.equal(journeyOf(facts, ann));
  });
});

describe('a vote is secret', () => {
  for (const mine of [...decisions, null])
    for (const theirs of [...decisions, null])
      if (!isMutual(mine, theirs))
        it(`${mine ?? 'no vote'} of Ann and ${theirs ?? 'none'} of Bob look the same to the other as any other votes, then and afterwards`, () => {
          const one = (vote: Decision | null): Facts =>
            vote ? votes(meeting('deciding'), bob, vote, at(1)).facts : meeting('deciding');
          const [truly, otherwise] = [one(theirs), one(theirs && 'next')];
          const both: [Applied<unknown>, Applied<unknown>] = mine
            ? [votes(truly, ann, mine, at(2)), votes(otherwise, ann, mine, at(2))]
            : [settles(truly), settles(otherwise)];
          const [seen, expected] = both;
          // What Ann learns, and what happens to her, does not depend on what Bob has said.
          expect(seen.answer).to.equal(expected.answer);
          expect(about(seen.changes, ann)).to.deep.equal(about(expected.changes, ann));
          expect(seen.effects).to.have.length(expected.effects.length);
          // What happens to Bob does not depend on what Ann says.
          if (mine)
            expect(about(seen.changes, bob)).to.deep.equal(
              about(votes(truly, ann, 'next', at(2)).changes, bob),
            );
          if (mine) expect(visible(seen.facts, bob)).to.deep.equal(visible(truly, bob));
          if (mine) expect([...seen.views().keys()]).to.not.include(bob);
          // Once it is settled, nothing but the votes themselves tells one such round from another.
          const settled = mine ? settles(seen.facts) : seen;
          const plain = mine ? settles(votes(otherwise, ann, 'next', at(2)).facts) : expected;
          expect(roundOf(settled.facts).round).to.deep.equal(roundOf(plain.facts).round);
          for (const userId of [ann, bob])
            expect(journeyOf(settled.facts, userId)).to.deep.include(visible(plain.facts, userId));
        });

  it('whether the other has voted or not: the voter learns nothing, and their row is the same', () => {
    for (const mine of decisions)
      for (const theirs of decisions) {
        if (isMutual(mine, theirs)) continue;
        const alone = votes(meeting('deciding'), ann, mine, at(2));
        const after = votes(votes(meeting('deciding'), bob, theirs, at(1)).facts, ann, mine, at(2));
        expect(after.answer).to.equal(alone.answer);
        expect(about(after.changes, ann)).to.deep.equal(about(alone.changes, ann));
        expect(after.effects).to.have.length(alone.effects.length);
        expect(stepsOf(after.changes, bob)).to.deep.equal([]);
      }
  });

  it('from a partner who has blocked, or was blocked: two yeses stay pending, and pass', () => {
    const blocked = meeting('deciding', { blocked_at: at(-1) });
    const two = votes(votes(blocked, ann, 'continue').facts, bob, 'continue');
    expect(two.answer).to.equal('pending');
    expect(roundOf(two.facts).round).to.include({ mutual_at: null, settled_at: null });
    expect(inPool(two.facts)).to.deep.equal([ann, bob]);
    const { facts } = settles(two.facts);
    expect(roundOf(facts).round).to.include({ status: 'passed', mutual_at: null });
  });
});

describe('a vote that is withdrawn', () => {
  for (const before of [...decisions, null])
    for (const theirs of [...decisions, null].filter((one) => !isMutual(before, one)))
      it(`was ${before ?? 'not given'}, and is a skip, and makes no match, when the other has said ${theirs ?? 'nothing'}`, () => {
        const mine = before ? votes(meeting('deciding'), ann, before).facts : meeting('deciding');
        const start = theirs ? votes(mine, bob, theirs).facts : mine;
        const { facts, changes } = withdraws(start, ann, at(5));
        expect(voteOf(facts, ann)).to.equal('skip');
        expect(journeyOf(facts, ann).state).to.equal('WAITING');
        expect(visible(facts, bob)).to.deep.equal(visible(start, bob));
        expect(stepsOf(changes, bob)).to.deep.equal([]);
        expect(inPool(facts)).to.deep.equal(theirs ? [ann, bob] : []);
        if (!theirs) expect(votes(facts, bob, 'continue', at(6)).answer).to.equal('pending');
        expect(withdraws(facts, ann, at(7)).changes.writes).to.deep.equal([]);
      });

  it('stays as it is once the round is settled, the window has closed, or the clock did not end it', () => {
    const mutual = votes(votes(meeting('deciding'), ann, 'continue').facts, bob, 'continue').facts;
    expect(withdraws(mutual, ann).changes.writes).to.deep.equal([]);
    expect(withdraws(meeting('deciding'), ann, close).changes.writes).to.deep.equal([]);
    for (const stage of stagesOf((one) => one !== 'deciding'))
      expect(withdraws(meeting(stage), ann).changes.writes, stage).to.deep.equal([]);
  });
});

describe('ratings', () => {
  const given: Ratings = { warmth: 5, humour: 2 };
  const sums = ({ changes }: Applied<unknown>) =>
    written(changes, 'users').map(({ id, rating_sum, rating_count }) => ({ id, rating_sum, rating_count }));
  const ofBob = { id: bob, rating_sum: 7, rating_count: 2 };

  it('count when the window closes, and once', () => {
    for (const decision of decisions) {
      const one = votes(meeting('deciding'), ann, decision, now, given);
      expect(sums(one)).to.deep.equal([]);
      const closed = settles(one.facts);
      expect(sums(closed)).to.deep.equal([ofBob]);
      expect(sums(settles(closed.facts, at(20)))).to.deep.equal([]);
    }
  });

  it('count with the second yes, of both, and not again when the window closes', () => {
    const one = votes(meeting('deciding'), ann, 'continue', now, given);
    const two = votes(one.facts, bob, 'continue', now, { energy: 3 });
    expect(sums(two)).to.have.deep.members([ofBob, { id: ann, rating_sum: 3, rating_count: 1 }]);
    expect(sums(settles(two.facts))).to.deep.equal([]);
  });

  it('stay out of a second vote that settles nothing', () => {
    const one = votes(meeting('deciding'), ann, 'continue', now, given);
    expect(sums(votes(one.facts, bob, 'next', now, given))).to.deep.equal([]);
  });

  it('that say nothing are not kept', () => {
    const { facts } = votes(meeting('deciding'), ann, 'next', now, {});
    expect(roundOf(facts).votes.get(ann)?.ratings).to.equal(null);
    expect(sums(settles(facts))).to.deep.equal([]);
  });

  it('of a person whose account is gone are left out, and the round is settled all the same', () => {
    const alone = meeting('deciding', { people: { [bob]: null } });
    const one = votes(alone, ann, 'continue', now, given);
    const closed = settles(one.facts);
    expect(sums(closed)).to.deep.equal([]);
    expect(roundOf(closed.facts).round).to.deep.include({ status: 'passed', settled_at: close });
    expect(statesOf(closed.facts)).to.deep.equal(['WAITING', undefined]);
  });
});
