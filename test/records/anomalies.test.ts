import { expect } from 'chai';
import { clock } from '#core/clock.ts';
import { newId } from '#core/ids.ts';
import { anomalies } from '#core/records/anomalies.ts';
import { exclusionStatistics } from '#core/records/exclusionStatistics.ts';
import { moderationStatistics } from '#core/records/moderationStatistics.ts';
import { rules } from '#core/rules.ts';
import { sql } from '#db/postgres.ts';
import { generator } from '../bench/population.ts';
import { emptyRedis } from '../reset.ts';

const minute = 60_000;
const ids = (count: number) => Array.from({ length: count }, newId);

describe('anomalies', () => {
  beforeEach(() => clock.stop());

  it('are bursts of skips: five in ten minutes', async () => {
    const [quick, slow] = [newId(), newId()];
    for (let skip = 0; skip < 6; skip += 1) {
      await addRound({ at: (10 + skip) * minute, reason: 'skip', users: [quick, newId()], by: quick });
      await addRound({ at: (10 + skip * 3) * minute, reason: 'skip', users: [slow, newId()], by: slow });
    }
    const found = (await anomalies({})).anomalies;
    expect(found.map(({ kind, user_id, count }) => [kind, user_id, count])).to.deep.equal([
      ['skip_burst', quick, 6],
    ]);
  });

  it('are people who do not join: five rounds, and half of what they were offered', async () => {
    const [absent, busy, both] = ids(3);
    for (let round = 0; round < 6; round += 1) {
      await addRound({
        at: (round + 1) * minute,
        reason: 'not_joined',
        users: [absent!, newId()],
        by: absent!,
      });
      await addRound({ at: (round + 1) * minute, reason: 'not_joined', users: [busy!, newId()], by: busy! });
      await addRound({
        at: (round + 1) * minute,
        reason: 'not_acknowledged',
        users: [both!, newId()],
        by: null,
      });
      for (const _ of [1, 2])
        await addRound({ at: (round + 1) * minute, reason: 'clock', users: [busy!, newId()], by: null });
    }
    await addRound({ at: minute, reason: 'clock', users: [absent!, newId()], by: null });
    const found = (await anomalies({})).anomalies;
    expect(found.map(({ kind, user_id, count, of }) => [kind, user_id, count, of])).to.have.deep.members([
      ['never_joins', absent, 6, 7],
      ['never_joins', both, 6, 6],
    ]);
  });

  it('are people whom three devices have flagged', async () => {
    const [often, seldom] = ids(2);
    const device = newId();
    for (const [flagged, devices] of [
      [often!, ids(3)],
      [seldom!, [device, device, device, newId()]],
    ] as const)
      for (const reporter of devices) await addFlag({ flagged, reporter, at: minute });
    const found = (await anomalies({})).anomalies;
    expect(found.map(({ kind, user_id, count }) => [kind, user_id, count])).to.deep.equal([
      ['flagged_by_many', often, 3],
    ]);
  });

  it('are of the period that is asked for', async () => {
    const one = newId();
    for (const reporter of ids(3)) await addFlag({ flagged: one, reporter, at: 30 * 60 * minute });
    expect((await anomalies({})).anomalies).to.deep.equal([]);
    expect((await anomalies({ start_time: clock.after(-31 * 3600) })).anomalies).to.have.length(1);
  });
});

describe('the statistics of the moment', () => {
  beforeEach(() => clock.stop());

  it('count exclusions a person, by hand and by the house', async () => {
    const random = generator(11);
    const people = ids(12);
    const sizes = new Map<string, number>();
    const by = { met: 0, not_joined: 0, skip_vote: 0 };
    for (let number = 0; number < 200; number += 1) {
      const who = people[Math.floor(random() ** 2 * people.length)]!;
      const reason = (['met', 'not_joined', 'skip_vote'] as const)[Math.floor(random() * 3)]!;
      const over = random() < 0.2;
      const until = reason === 'met' ? null : clock.after(over ? -60 : 60);
      await sql(
        `INSERT INTO exclusions (id, user_id, device_id, other_user_id, other_device_id, reason, session_id, until)
         VALUES ($1, $2, $2, $3, $3, $4, $5, $6)`,
        [newId(), who, newId(), reason, until ? null : newId(), until],
      );
      if (until && over) continue;
      sizes.set(who, (sizes.get(who) ?? 0) + 1);
      by[reason] += 1;
    }
    const told = await exclusionStatistics();
    const each = [...sizes.values()].sort((a, b) => a - b);
    expect(told.exclusions).to.equal(each.reduce((sum, size) => sum + size, 0));
    expect(Object.fromEntries(told.by.map(({ reason, count }) => [reason, count]))).to.deep.equal(by);
    expect(told.sizes).to.deep.include({
      ...{ count: each.length, most: Math.max(...each), mean: told.exclusions / each.length },
      p50: each[Math.ceil(each.length / 2) - 1],
    });
    expect(told.sizes.bins.map((bin) => bin.count)).to.deep.equal(
      told.sizes.bins.map(
        ({ from, to }) => each.filter((size) => size >= from && (to === null || size < to)).length,
      ),
    );
  });

  it('count what moderators have before them, and how long flags took', async () => {
    const [one, other] = ids(2);
    for (const at of [5, 10]) await addFlag({ flagged: one!, reporter: newId(), at: at * minute });
    await addFlag({ flagged: other!, reporter: newId(), at: 3 * minute, queue: 'low_trust' });
    for (const hours of [0.5, 2, 30])
      await addFlag({
        flagged: other!,
        reporter: newId(),
        at: minute + hours * 60 * minute,
        closedAt: minute,
      });
    await emptyRedis();
    const told = await moderationStatistics({ start_time: clock.after(-24 * 3600) });
    expect(JSON.parse(JSON.stringify(told.now))).to.deep.include({
      ...{
        pending_flags: 3,
        pending_cases: 2,
        low_trust_flags: 1,
        pending_appeals: 0,
        restrictions_in_force: 0,
      },
      oldest_pending_at: new Date(clock.ms() - 10 * minute).toISOString(),
    });
    expect(told).to.deep.include({ flags: 5, closed: 3, by_category: [{ category: 'spam', count: 5 }] });
    expect(told.hours_to_close).to.deep.include({ count: 3, mean: 32.5 / 3, p50: 2, p99: 30 });
    expect(told.series.reduce((sum, step) => sum + step.flags, 0)).to.equal(5);
    expect(told.series.reduce((sum, step) => sum + step.closed, 0)).to.equal(3);
  });
});

interface Round {
  /** ms ago */
  at: number;
  reason: string;
  users: [string, string];
  by: string | null;
}

async function addRound({ at, reason, users, by }: Round): Promise<void> {
  const [a, b] = [...users].sort();
  const instant = new Date(clock.ms() - at);
  await sql(
    `INSERT INTO rounds (id, pool, mode, status, user1_id, user2_id, score, score_parts, matched_topics, matched_at,
                         ack_deadline_at, join_deadline_at, started_at, deadline_at, ended_at, end_reason, ended_by)
     VALUES ($1, 'world', 'video', 'completed', $2, $3, 1, '{}', '{}', $4, $4, $4, $4, $4, $4, $5, $6)`,
    [newId(), a, b, instant, reason, by],
  );
}

interface Flag {
  flagged: string;
  /** The device that it comes from. */
  reporter: string;
  /** ms ago */
  at: number;
  closedAt?: number;
  queue?: string;
}

async function addFlag({ flagged, reporter, at, closedAt, queue = 'normal' }: Flag): Promise<void> {
  const ago = (ms: number) => new Date(clock.ms() - ms);
  await sql(
    `INSERT INTO flags (id, reporter_id, reporter_device_id, flagged_id, flagged_device_id, round_id, category, evidence,
                        queue, status, created_at, updated_at, closed_at)
     VALUES ($1, $2, $3, $4, $5, $6, 'spam', '{}', $7, $8, $9, $9, $10)`,
    [
      ...[newId(), newId(), reporter, flagged, newId(), newId(), queue],
      ...[
        closedAt === undefined ? 'pending' : 'dismissed',
        ago(at),
        closedAt === undefined ? null : ago(closedAt),
      ],
    ],
  );
}

it('thresholds are what the names of the tests say', () => {
  expect(rules.anomalies).to.deep.include({
    skipBurst: { skips: 5, minutes: 10 },
    neverJoins: { rounds: 5, share: 0.5 },
    flaggedByMany: { devices: 3 },
  });
});
