import { expect } from 'chai';
import { joinRule } from '#core/rounds/join.ts';
import { leaveRule } from '#core/rounds/leave.ts';
import { endBySilenceRule } from '#core/rounds/lose.ts';
import { areLost, hasLeft, hearRule, notAcknowledged, takeLeaveBackRule } from '#core/sweeps/silence.ts';
import { notJoined } from '#core/sweeps/rounds.ts';
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
  stepsOf,
  written,
} from '../facts.ts';
import { refusedWith } from '../refusedWith.ts';

const joins = (before: Facts, userId: string, page?: string, instant = now) =>
  apply(joinRule, before, { userId, roundId, page }, instant);

const seatOf = (facts: Facts, userId: string) =>
  roundOf(facts).participants.find((one) => one.user_id === userId);

const otherThan = (userId: string): string => (userId === ann ? bob : ann);

const over = stagesOf((stage) => !['waiting', 'active', 'overdue'].includes(stage));

describe('the rule of joining a round', () => {
  for (const first of [ann, bob]) {
    const second = otherThan(first);

    it(`lets ${first} in first: the round goes on waiting, and ${second} hears of it`, () => {
      const { facts, changes, answer, effects } = joins(meeting('waiting'), first);
      expect(answer).to.deep.include({ epoch: 1, peerEpoch: 0, stateVersion: 8 });
      expect(roundOf(facts).round).to.include({ status: 'waiting', started_at: null, deadline_at: null });
      expect(seatOf(facts, first)).to.deep.include({ epoch: 1, joined_at: now, acknowledged_at: now });
      expect(seatOf(facts, second)).to.include({ epoch: 0, joined_at: null, acknowledged_at: null });
      expect(statesOf(facts)).to.deep.equal(['CONNECTING', 'CONNECTING']);
      expect(stepsOf(changes, first)).to.deep.equal(['joined']);
      expect(stepsOf(changes, second)).to.deep.equal(['peer_joined']);
      expect(written(changes, 'exclusions')).to.deep.equal([]);
      expect(effects).to.deep.equal([]);
    });

    it(`starts the clock when ${second} follows, and each now excludes the other for their session`, () => {
      const { facts, changes, answer, effects } = joins(
        joins(meeting('waiting'), first).facts,
        second,
        undefined,
        at(4),
      );
      expect(answer).to.deep.include({ epoch: 1, peerEpoch: 1, stateVersion: 9 });
      expect(roundOf(facts).round).to.deep.include({
        ...{ status: 'active', started_at: at(4), deadline_at: at(4 + rules.roundSeconds) },
      });
      expect(statesOf(facts)).to.deep.equal(['IN_CALL', 'IN_CALL']);
      for (const userId of [ann, bob]) expect(stepsOf(changes, userId)).to.deep.equal(['started']);
      expect(written(changes, 'exclusions').map(({ id: _, ...row }) => row)).to.have.deep.members(
        [ann, bob].map((userId) => ({
          ...{ user_id: userId, device_id: deviceOf(userId), round_id: roundId, reason: 'met' },
          ...{ other_user_id: otherThan(userId), other_device_id: deviceOf(otherThan(userId)) },
          ...{ session_id: sessionOf(userId), until: null },
        })),
      );
      expect(effects).to.have.length(1);
    });

    it(`gives ${first} the next epoch for another page, takes a leave back, and never moves the deadline`, () => {
      for (const stage of ['waiting', 'active'] as const) {
        const before = meeting(stage, {
          seats: { [first]: { epoch: 3, joined_at: at(-9), acknowledged_at: at(-9), left_at: at(-2) } },
        });
        const { facts, changes, answer, effects } = joins(before, first);
        expect(answer.epoch).to.equal(4);
        expect(seatOf(facts, first)).to.deep.include({ epoch: 4, joined_at: at(-9), left_at: null });
        expect(seatOf(facts, second)).to.deep.equal(seatOf(before, second));
        expect({ ...roundOf(facts).round, guard: 0 }).to.deep.equal({ ...roundOf(before).round, guard: 0 });
        expect(stepsOf(changes, first)).to.deep.equal(['joined']);
        expect(stepsOf(changes, second)).to.deep.equal(['peer_joined']);
        expect(written(changes, 'exclusions')).to.deep.equal([]);
        expect(effects).to.deep.equal([]);
      }
    });
  }

  it('of a page that is repeated answers with its own epoch and writes nothing, also after a newer page', () => {
    const first = joins(meeting('active'), ann, 'page one');
    const again = joins(first.facts, ann, 'page one', at(60));
    expect(again.answer).to.deep.equal(first.answer);
    expect(again.changes.writes).to.deep.equal([]);
    const newer = joins(first.facts, ann, 'page two');
    expect(newer.answer.epoch).to.equal(3);
    expect(joins(newer.facts, ann, 'page one').answer.epoch).to.equal(2);
  });

  it('refuses the key of a page for another round, and counts a key as new once it is forgotten', () => {
    const first = joins(meeting('active'), ann, 'page one');
    const elsewhere: Facts = {
      ...first.facts,
      idempotencyKeys: first.facts.idempotencyKeys.map((one) => ({ ...one, fingerprint: 'another round' })),
    };
    expect(refusedWith(() => joins(elsewhere, ann, 'page one'))).to.equal('idempotency_mismatch');
    const [old, yesterday] = [at(-rules.idempotencyHours * 3600 - 1), at(-rules.idempotencyHours * 3600)];
    const since = (created_at: Date): Facts => ({
      ...elsewhere,
      idempotencyKeys: elsewhere.idempotencyKeys.map((one) => ({ ...one, created_at })),
    });
    expect(joins(since(old), ann, 'page one').answer.epoch).to.equal(3);
    expect(refusedWith(() => joins(since(yesterday), ann, 'page one'))).to.equal('idempotency_mismatch');
    expect(joins(first.facts, bob, 'page one').answer.epoch).to.equal(2); // another person's key is another key
  });

  it('of a round that is over writes nothing, and of one whose time is up ends it by the clock', () => {
    for (const stage of over) {
      const { answer, changes, effects } = joins(meeting(stage), ann);
      expect(answer.epoch, stage).to.equal(0);
      expect(changes.writes).to.deep.equal([]);
      expect(effects).to.deep.equal([]);
    }
    const late = joins(meeting('overdue'), ann, 'page one');
    expect(roundOf(late.facts).round.end_reason).to.equal('clock');
    expect(statesOf(late.facts)).to.deep.equal(['DECIDING', 'DECIDING']);
    expect(late.facts.idempotencyKeys).to.deep.equal([]);
  });

  it('is refused to strangers, to accounts that are gone, and for rounds that never were', () => {
    const withCid = meeting('waiting', { others: [person('cid')] });
    expect(refusedWith(() => joins(withCid, 'cid'))).to.equal('not_found');
    expect(refusedWith(() => joins(meeting('waiting', { people: { [ann]: null } }), ann))).to.equal(
      'unauthenticated',
    );
    const another = { userId: ann, roundId: 'another', page: undefined };
    expect(refusedWith(() => apply(joinRule, withCid, another))).to.equal('not_found');
  });
});

describe('the rule of leaving the page of a round', () => {
  const leaves = (before: Facts, userId: string, epoch: number, instant = now) =>
    apply(leaveRule, before, { userId, roundId, epoch }, instant);
  const grace = (since: Date) => ({ round_id: roundId, user_id: ann, since });

  it('notes when, moves nobody, and counts from the last leave', () => {
    for (const stage of ['waiting', 'active'] as const) {
      const before = meeting(stage, { seats: { [ann]: { epoch: 2 } } });
      const first = leaves(before, ann, 2);
      expect(seatOf(first.facts, ann)?.left_at).to.deep.equal(now);
      expect(written(first.changes, 'journeys')).to.deep.equal([]);
      expect(first.effects).to.deep.equal([]);
      expect(seatOf(leaves(first.facts, ann, 2, at(3)).facts, ann)?.left_at).to.deep.equal(at(3));
    }
  });

  it('means nothing of an older or a newer page, or of a round that is over', () => {
    const before = meeting('active', { seats: { [ann]: { epoch: 2 } } });
    for (const epoch of [0, 1, 3]) expect(leaves(before, ann, epoch).changes.writes).to.deep.equal([]);
    for (const stage of over) {
      const ended = meeting(stage, { seats: { [ann]: { epoch: 2 } } });
      expect(leaves(ended, ann, 2).changes.writes, stage).to.deep.equal([]);
    }
  });

  it('is refused to strangers and to accounts that are gone', () => {
    expect(refusedWith(() => leaves(meeting('active', { others: [person('cid')] }), 'cid', 1))).to.equal(
      'not_found',
    );
    expect(refusedWith(() => leaves(meeting('active', { people: { [ann]: null } }), ann, 1))).to.equal(
      'unauthenticated',
    );
  });

  it('is taken back by a sign of life, and a leave since then is not', () => {
    const left = leaves(meeting('active'), ann, 1).facts;
    expect(seatOf(apply(takeLeaveBackRule, left, grace(now)).facts, ann)?.left_at).to.equal(null);
    const again = leaves(left, ann, 1, at(3)).facts;
    expect(apply(takeLeaveBackRule, again, grace(now)).changes.writes).to.deep.equal([]);
  });

  it('releases the partner when the grace is over, but not once it was taken back, or for an older leave', () => {
    const left = leaves(meeting('active'), ann, 1).facts;
    const released = apply(endBySilenceRule, left, hasLeft(grace(now)), at(8));
    expect(roundOf(released.facts).round).to.include({ end_reason: 'left', ended_by: ann });
    expect(statesOf(released.facts)).to.deep.equal(['IDLE', 'DISCONNECTING']);
    const back = apply(takeLeaveBackRule, left, grace(now)).facts;
    const again = leaves(left, ann, 1, at(3)).facts;
    const rejoined = joins(left, ann).facts;
    for (const facts of [back, again, rejoined])
      expect(apply(endBySilenceRule, facts, hasLeft(grace(now)), at(8)).changes.writes).to.deep.equal([]);
  });
});

describe('the rule of silence', () => {
  const silent = [[ann], [bob], [ann, bob]];

  for (const by of silent) {
    it(`cancels a round that ${by.join(' and ')} did not acknowledge, unless something was heard since`, () => {
      const judged = notAcknowledged(roundId, by);
      const { facts } = apply(endBySilenceRule, meeting('waiting'), judged);
      expect(roundOf(facts).round).to.include({ status: 'cancelled', end_reason: 'not_acknowledged' });
      for (const userId of by) {
        const heard = apply(hearRule, meeting('waiting'), { round_id: roundId, user_id: userId }).facts;
        expect(seatOf(heard, userId)?.acknowledged_at).to.deep.equal(now);
        expect(apply(endBySilenceRule, heard, judged).changes.writes).to.deep.equal([]);
      }
    });

    it(`cancels a round that ${by.join(' and ')} did not join, unless one of them did since`, () => {
      const absent = meeting('waiting', {
        seats: Object.fromEntries(
          [ann, bob].map((one) => [one, by.includes(one) ? {} : { joined_at: at(-9), epoch: 1 }]),
        ),
      });
      const judged = notJoined(roundId, by);
      const { facts } = apply(endBySilenceRule, absent, judged);
      expect(roundOf(facts).round).to.include({ status: 'cancelled', end_reason: 'not_joined' });
      for (const userId of by)
        expect(apply(endBySilenceRule, joins(absent, userId).facts, judged).changes.writes).to.deep.equal([]);
    });

    it(`ends a call in which ${by.join(' and ')} is lost, unless one of them did anything since`, () => {
      const judged = areLost(
        roundId,
        by.map((userId) => ({ user_id: userId, version: 7 })),
      );
      const { facts } = apply(endBySilenceRule, meeting('active'), judged);
      expect(roundOf(facts).round).to.include({ status: 'completed', end_reason: 'stale' });
      expect(statesOf(facts)).to.deep.equal(
        [ann, bob].map((one) => (by.includes(one) ? 'IDLE' : 'DISCONNECTING')),
      );
      for (const userId of by) {
        expect(
          apply(endBySilenceRule, joins(meeting('active'), userId).facts, judged).changes.writes,
        ).to.deep.equal([]);
        const gone = meeting('active', { people: { [userId]: null } });
        expect(apply(endBySilenceRule, gone, judged).changes.writes).to.deep.equal([]);
      }
    });
  }

  it('changes nothing about a round that is over, whatever the judgement', () => {
    for (const stage of over)
      for (const judged of [
        notAcknowledged(roundId, [ann]),
        notJoined(roundId, [ann]),
        areLost(roundId, [{ user_id: ann, version: 7 }]),
        hasLeft({ round_id: roundId, user_id: ann, since: now }),
      ]) {
        const before = meeting(stage, { seats: { [ann]: { left_at: now } } });
        expect(apply(endBySilenceRule, before, judged).changes.writes, stage).to.deep.equal([]);
      }
  });

  it('keeps the first sign of life, and does not write it twice', () => {
    const heard = apply(hearRule, meeting('waiting'), { round_id: roundId, user_id: ann }).facts;
    const again = apply(hearRule, heard, { round_id: roundId, user_id: ann }, at(1));
    expect(journeyOf(again.facts, ann).version).to.equal(7);
    expect(again.changes.writes).to.deep.equal([]);
  });
});
