import { expect } from 'chai';
import type { z } from 'zod';
import { clock } from '#core/clock.ts';
import { activityHistory } from '#core/records/activityHistory.ts';
import { takeSample } from '#core/records/sample.ts';
import { forgetExpired } from '#core/records/retention.ts';
import { settings } from '#core/settings.ts';
import type { activityStatsAnswer, liveAnswer, presentAnswer } from '#core/wire/activity.ts';
import { sql } from '#db/postgres.ts';
import { deciding, isAStory, person, talking, waiting, type Player } from '../cast.ts';
import { staff, told } from '../moderation/staff.ts';
import { emptyRedis } from '../reset.ts';
import { generator } from '../bench/population.ts';

type Stats = z.infer<typeof activityStatsAnswer>;
type Live = z.infer<typeof liveAnswer>;
type Present = z.infer<typeof presentAnswer>;

const statsFor = async (who: Player) => told<Stats>(await who.visit('GET', '/api/activity/stats'));
const liveFor = async (who: Player) => told<Live>(await who.visit('GET', '/api/admin/live'));

describe('how many people are where', () => {
  isAStory();

  it('is known to everybody as of the last sample, and to moderators as of now', async () => {
    const moderator = await staff();
    expect(await statsFor(moderator)).to.deep.include({ at: null, total_online: 0 });
    const [ann] = await talking();
    await waiting();
    const idle = await person();
    await idle.visit('GET', '/api/me');
    await takeSample();
    expect(await statsFor(ann)).to.deep.include({
      total_online: 6,
      ...{ searching: 2, in_call: 2, breakdown: { video: 2, text: 0 } },
    });
    const live = await liveFor(moderator);
    expect(live).to.deep.include({
      ...{ online: 6, searching: 2, connecting: 0, in_call: 2, deciding: 0, disconnecting: 0 },
      ...{ searching_for: { video: 0, text: 0, both: 2 }, calls: { video: 1, text: 0 } },
    });
    expect(live.last_hour).to.deep.equal({ rounds: 1, completed: 0, mutual: 0, flags: 0, newcomers: 6 });
    clock.advance(40_000);
    await takeSample();
    expect((await statsFor(moderator)).total_online, 'nobody but who asks was heard of').to.equal(0);
  });

  it('does not tell one of two that the other has voted', async () => {
    const [ann, bob] = await deciding();
    const counted = async () => {
      clock.advance(10_000 / 2);
      await takeSample();
      const { searching, in_call } = await statsFor(ann);
      return { searching, in_call };
    };
    const before = await counted();
    await bob.decide('continue');
    expect(await counted()).to.deep.equal(before);
  });

  it('follows from what people do: what a client says moves nobody', async () => {
    const [ann] = await talking();
    const idle = await person();
    const say = async (who: Player, status: string) =>
      told<{ state: string }>(await who.visit('POST', '/api/activity/update', { status })).state;
    const online = async () => {
      await takeSample();
      return (await statsFor(ann)).total_online;
    };
    expect(await say(idle, 'searching')).to.equal('IDLE');
    expect(await online()).to.equal(3);
    expect(await say(idle, 'offline')).to.equal('IDLE');
    expect(await online(), 'who goes is gone').to.equal(2);
    expect(await say(ann, 'offline'), 'who is in a call leaves it by leaving').to.equal('IN_CALL');
    expect(await online()).to.equal(2);
  });

  it('is counted once in ten seconds, whoever counts', async () => {
    await talking();
    clock.advance(10_000 - (clock.ms() % 10_000));
    await Promise.all([takeSample(), takeSample(), takeSample()]);
    clock.advance(9_000);
    await takeSample();
    expect(await sql('SELECT at FROM activity_samples')).to.have.length(1);
    clock.advance(1_000);
    await takeSample();
    expect(await sql('SELECT at FROM activity_samples')).to.have.length(2);
  });
});

describe('who was active at an instant, and where', () => {
  isAStory();

  it('is what their steps say', async () => {
    const moderator = await staff();
    const before = clock.now();
    clock.advance(1_000);
    const [ann, bob] = await talking();
    const began = clock.now();
    clock.advance(20_000);
    const meanwhile = clock.now();
    await ann.end();
    clock.advance(1_000);
    const at = async (time: Date, query = '') => {
      const answer = await moderator.visit(
        'GET',
        `/api/admin/activity/at?time=${time.toISOString()}${query}`,
      );
      return told<Present>(answer).people.map((one) => [one.user_id, one.state, one.round_id]);
    };
    clock.advance(1_000);
    const everybody = [ann, bob].map((one) => one.id).sort();
    expect(await at(before)).to.deep.equal([]);
    expect(await at(new Date(meanwhile.getTime() - 1))).to.deep.equal(
      everybody.map((id) => [id, 'IN_CALL', ann.round]),
    );
    expect(await at(began, '&state=WAITING')).to.deep.equal([]);
    expect(await at(clock.now())).to.deep.equal([[bob.id, 'DISCONNECTING', ann.round]]);
    expect(
      await at(new Date(clock.ms() + 3 * settings.longestWaitSeconds * 1000)),
      'long after',
    ).to.deep.equal([]);
  });
});

describe('the timeline of activity', () => {
  const minute = 60_000;
  const hour = 60 * minute;
  const noon = Date.parse('2026-03-10T12:00:00Z');

  beforeEach(() => {
    clock.stop();
    clock.advance(noon - clock.ms());
  });

  it('is what counting the samples by hand gives, added up or not, at every step', async () => {
    const from = noon - 3 * hour;
    await inventSamples(from, noon);
    const by = async (step: number, fromMs = from) => {
      await emptyRedis();
      return activityHistory({ start_time: new Date(fromMs), end_time: new Date(noon), step });
    };
    const steps = [60, 300, 900, 3600, 21_600];
    const wanted = new Map<number, unknown>();
    for (const step of steps) wanted.set(step, await byHand(step));
    const check = async (when: string) => {
      for (const step of steps) {
        const { points, step: taken } = await by(step);
        expect(taken).to.equal(step);
        expect(rounded(points), `step ${step}, ${when}`).to.deep.equal(rounded(wanted.get(step)));
      }
    };
    await check('before anything is added up');
    clock.advance(-hour - 25 * minute);
    await takeSample();
    clock.advance(hour + 25 * minute);
    await check('with some of it added up');
    clock.advance(2 * hour);
    await takeSample();
    clock.advance(-2 * hour);
    await sql(`DELETE FROM activity_samples WHERE step = 10 AND at < $1`, [new Date(noon)]);
    await check('with all of it added up, and the samples gone');
  });

  it('takes a coarser step where the points would be too many, or samples so fine are gone', async () => {
    const stepOf = async (hours: number, step?: number) =>
      (await activityHistory({ start_time: new Date(noon - hours * hour), step })).step;
    expect(await stepOf(2)).to.equal(10);
    expect(await stepOf(2, 11)).to.equal(60);
    expect(await stepOf(24)).to.equal(300);
    expect(await stepOf(24 * 7)).to.equal(900);
    expect(await stepOf(24 * 30)).to.equal(3600);
    expect(await stepOf(24 * 399)).to.equal(86_400);
    const old = await activityHistory({
      start_time: new Date(noon - 73 * hour),
      end_time: new Date(noon - 72 * hour),
    });
    expect(old.step, 'of three days ago').to.equal(60);
  });

  it('is forgotten: tens of seconds after two days, minutes after fourteen, hours after four hundred', async () => {
    const kept = async () =>
      (await sql<{ step: number }>('SELECT DISTINCT step FROM activity_samples ORDER BY step')).map(
        ({ step }) => step,
      );
    await inventSamples(noon - hour, noon);
    clock.advance(hour);
    await takeSample();
    await sql('DELETE FROM activity_samples WHERE at >= $1', [new Date(noon)]);
    expect(await kept()).to.deep.equal([10, 60, 3600]);
    for (const [days, left] of [
      [2, [60, 3600]],
      [14, [3600]],
      [400, []],
    ] as const) {
      clock.advance(noon + days * 24 * hour - hour / 2 - clock.ms());
      const before = await kept();
      clock.advance(hour);
      await forgetExpired();
      expect(before).to.not.deep.equal(left);
      expect(await kept()).to.deep.equal(left);
    }
  });
});

const columns = ['online', 'searching', 'connecting', 'in_call', 'deciding', 'video', 'text'] as const;
type Sample = Record<(typeof columns)[number], string> & { at: Date };

/** Nine in ten of the samples that there should be. */
async function inventSamples(from: number, to: number): Promise<void> {
  const random = generator(3);
  const rows = [];
  for (let at = from; at < to; at += 10_000) {
    const row = Object.fromEntries(columns.map((column) => [column, Math.floor(random() * 50)]));
    const most = { most_online: row.online, most_searching: row.searching, most_in_call: row.in_call };
    if (random() < 0.9) rows.push({ step: 10, at: new Date(at), samples: 1, ...row, ...most });
  }
  await sql(
    'INSERT INTO activity_samples SELECT * FROM jsonb_populate_recordset(NULL::activity_samples, $1::jsonb)',
    [JSON.stringify(rows)],
  );
}

async function byHand(step: number): Promise<object[]> {
  const samples = await sql<Sample>('SELECT * FROM activity_samples WHERE step = 10 ORDER BY at');
  const bins = new Map<number, Sample[]>();
  for (const sample of samples) {
    const at = Math.floor(sample.at.getTime() / step / 1000) * step * 1000;
    bins.set(at, [...(bins.get(at) ?? []), sample]);
  }
  return [...bins].map(([at, of]) => {
    const values = (column: (typeof columns)[number]) => of.map((sample) => Number(sample[column]));
    const mean = (column: (typeof columns)[number]) =>
      values(column).reduce((sum, value) => sum + value, 0) / of.length;
    return {
      at: new Date(at),
      ...Object.fromEntries(columns.map((column) => [column, mean(column)])),
      most_online: Math.max(...values('online')),
      most_searching: Math.max(...values('searching')),
      most_in_call: Math.max(...values('in_call')),
      samples: of.length,
    };
  });
}

const rounded = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value, (_key, inner: unknown) =>
      typeof inner === 'number' ? Number(inner.toPrecision(9)) : inner,
    ),
  );
