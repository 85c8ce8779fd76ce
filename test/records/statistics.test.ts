import { expect } from 'chai';
import { clock } from '#core/clock.ts';
import { callStatistics } from '#core/records/callStatistics.ts';
import { closedUntil, closeHours } from '#core/records/closedHours.ts';
import { roundStatistics } from '#core/records/roundStatistics.ts';
import { stateStatistics } from '#core/records/stateStatistics.ts';
import { waitStatistics } from '#core/records/waitStatistics.ts';
import { sql } from '#db/postgres.ts';
import { emptyRedis } from '../reset.ts';
import { inventPast } from './past.ts';

const hour = 3_600_000;
const noon = Date.parse('2026-03-10T12:00:00Z');
const between = (from: number, to: number) => ({ start_time: new Date(from), end_time: new Date(to) });

interface Round {
  id: string;
  mode: string;
  status: string;
  matched_at: Date;
  started_at: Date | null;
  ended_at: Date | null;
  end_reason: string | null;
  mutual_at: Date | null;
}
interface Side {
  round_id: string;
  waiting_since: Date | null;
  quality: Record<string, number | boolean> | null;
}

describe('the statistics', () => {
  // A second time by hand, from the rows alone, with nothing of what the product counts with.
  const periods = {
    'whole hours': between(noon - 6 * hour, noon),
    'parts of hours': between(noon - 5.3 * hour, noon - 0.4 * hour),
    'less than an hour': between(noon - 2.5 * hour, noon - 2.2 * hour),
    'a day and more': between(noon - 39.3 * hour, noon - 0.3 * hour),
    'a month': between(noon - 30 * 24 * hour, noon),
    'what is yet to come': between(noon - 2 * hour, noon + 5 * hour),
    'nothing at all': between(noon - 300 * hour, noon - 200 * hour),
  };

  beforeEach(async () => {
    clock.stop();
    clock.advance(noon - clock.ms());
    await inventPast({ seed: 5, rounds: 600, from: noon - 40 * hour, to: noon - hour / 4 });
  });

  for (const closing of ['none', 'some', 'all'] as const)
    it(`are what counting by hand gives, with ${closing} of the hours closed`, async () => {
      if (closing === 'some') clock.advance(-3 * hour);
      if (closing === 'all') clock.advance(12 * hour);
      if (closing !== 'none') expect(await closeHours()).to.be.at.least(30);
      if (closing !== 'none') expect(await sql('SELECT DISTINCT day FROM daily_facts')).to.have.length(2);
      clock.advance(noon - clock.ms());
      for (const [name, period] of Object.entries(periods)) {
        await emptyRedis(); // an answer is good for seconds
        const rounds = await roundsOf(period);
        expect(plain(await roundStatistics(period)), `rounds of ${name}`).to.deep.include(
          plain(byHand(rounds, await votesOf(rounds), name === 'a month' ? 24 * hour : hour)),
        );
        expect(plain(await waitStatistics(period)), `waits of ${name}`).to.deep.include(
          plain(waitsByHand(rounds, await sidesOf(rounds))),
        );
        close((await stateStatistics(period)).states, await staysByHand(period), `states of ${name}`);
        expect(plain(await callStatistics(period)), `calls of ${name}`).to.deep.include(
          plain(callsByHand(await sidesOf(rounds.filter((one) => one.mode === 'video' && one.started_at)))),
        );
      }
    });

  it('close an hour once it cannot change any more, and each once', async () => {
    const [{ id } = { id: '' }] = await sql<{ id: string }>(
      `SELECT id FROM rounds WHERE matched_at < $1 ORDER BY matched_at DESC LIMIT 1`,
      [new Date(noon - 3 * hour)],
    );
    await sql(`UPDATE rounds SET decide_until = $2, settled_at = NULL WHERE id = $1`, [id, new Date(noon)]);
    await Promise.all([closeHours(), closeHours()]);
    expect(await closedUntil(), 'up to the hour of the open vote').to.deep.equal(new Date(noon - 4 * hour));
    await sql(`UPDATE rounds SET settled_at = $2 WHERE id = $1`, [id, new Date(noon)]);
    await closeHours();
    expect(await closedUntil(), 'clients may still tell of the last one').to.deep.equal(
      new Date(noon - hour),
    );
    expect(await closeHours()).to.equal(0);
    clock.advance(hour / 2);
    expect(await closeHours()).to.equal(1);
  });

  it('are good for seconds, and worked out without Redis too', async () => {
    const asked = between(noon - 6 * hour, noon);
    const { rounds } = await roundStatistics(asked);
    await sql('DELETE FROM rounds');
    expect((await roundStatistics(asked)).rounds).to.equal(rounds);
    await emptyRedis();
    expect((await roundStatistics(asked)).rounds).to.equal(0);
  });
});

const plain = (value: unknown): object => JSON.parse(JSON.stringify(value, rounded)) as object;
/** Sums of fractions depend on their order in the last places. */
const rounded = (_key: string, value: unknown): unknown =>
  typeof value === 'number' ? Number(value.toPrecision(9)) : value;
const close = (was: unknown, wanted: unknown, what: string): void => {
  expect(plain(was), what).to.deep.equal(plain(wanted));
};

const roundsOf = ({ start_time, end_time }: ReturnType<typeof between>): Promise<Round[]> =>
  sql<Round>('SELECT * FROM rounds WHERE matched_at >= $1 AND matched_at < $2', [start_time, end_time]);
const sidesOf = (rounds: Round[]): Promise<Side[]> =>
  sql<Side>('SELECT * FROM round_participants WHERE round_id = ANY($1::uuid[])', [
    rounds.map(({ id }) => id),
  ]);
const votesOf = (rounds: Round[]): Promise<{ decision: string }[]> =>
  sql('SELECT decision FROM decisions WHERE round_id = ANY($1::uuid[])', [rounds.map(({ id }) => id)]);

const share = (part: number, of: number) => (of > 0 ? part / of : null);

function byHand(rounds: Round[], votes: { decision: string }[], step: number) {
  const count = (which: (round: Round) => unknown) => rounds.filter(which).length;
  const ended = count(({ ended_at }) => ended_at);
  const clocked = count(({ end_reason }) => end_reason === 'clock');
  const mutual = count(({ mutual_at }) => mutual_at);
  const lasted = rounds
    .filter(({ started_at, ended_at }) => started_at && ended_at)
    .map((one) => (+one.ended_at! - +one.started_at!) / 1000);
  const series = new Map<number, Round[]>();
  for (const one of rounds.sort((a, b) => +a.matched_at - +b.matched_at)) {
    const at = Math.floor(+one.matched_at / step) * step;
    series.set(at, [...(series.get(at) ?? []), one]);
  }
  return {
    rounds: rounds.length,
    skip_rate: share(
      count(({ end_reason }) => end_reason === 'skip'),
      ended,
    ),
    end_rate: share(
      count(({ end_reason }) => end_reason === 'end'),
      ended,
    ),
    funnel: {
      matched: rounds.length,
      both_joined: count(({ started_at }) => started_at),
      completed: clocked,
      mutual,
    },
    decisions: {
      asked: 2 * clocked,
      by: ['continue', 'skip', 'next'].map((decision) => {
        const cast = votes.filter((vote) => vote.decision === decision).length;
        return { decision, count: cast, share: share(cast, votes.length) };
      }),
    },
    mutual_rate: share(mutual, clocked),
    duration: spread(lasted, [0, 10, 30, 60, 90, 120, 150, 180]),
    series: [...series].map(([at, of]) => ({
      at: new Date(at),
      rounds: of.length,
      video: of.filter(({ mode }) => mode === 'video').length,
      text: of.filter(({ mode }) => mode === 'text').length,
      completed: of.filter(({ end_reason }) => end_reason === 'clock').length,
      mutual: of.filter(({ mutual_at }) => mutual_at).length,
    })),
  };
}

function waitsByHand(rounds: Round[], sides: Side[]) {
  const waits = sides
    .filter(({ waiting_since }) => waiting_since)
    .map(({ round_id, waiting_since }) => {
      const { matched_at, mode } = rounds.find(({ id }) => id === round_id)!;
      return { mode, seconds: Math.max(0, (+matched_at - +waiting_since!) / 1000) };
    });
  const mean = (values: number[]) => (values.length > 0 ? total(values) / values.length : null);
  return {
    time_to_match: spread(
      waits.map(({ seconds }) => seconds),
      [0, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1800],
    ),
    by_mode: ['video', 'text'].map((mode) => {
      const of = waits.filter((one) => one.mode === mode).map(({ seconds }) => seconds);
      return { mode, count: of.length, mean: mean(of) };
    }),
  };
}

async function staysByHand({ start_time, end_time }: ReturnType<typeof between>) {
  const events = await sql<{ user_id: string; from_state: string; to_state: string; at: Date }>(
    'SELECT * FROM journey_events ORDER BY user_id, version',
  );
  const seconds = new Map<string, number[]>();
  let came = { user_id: '', at: 0 };
  for (const { user_id, from_state, to_state, at } of events) {
    if (from_state === to_state) continue;
    if (came.user_id === user_id && from_state !== 'IDLE' && at >= start_time && at < end_time)
      seconds.set(from_state, [...(seconds.get(from_state) ?? []), (+at - came.at) / 1000]);
    came = { user_id, at: +at };
  }
  return ['WAITING', 'CONNECTING', 'IN_CALL', 'DECIDING', 'DISCONNECTING'].map((state) => {
    const stays = seconds.get(state) ?? [];
    return { state, stays: stays.length, seconds: total(stays), mean: share(total(stays), stays.length) };
  });
}

function callsByHand(sides: Side[]) {
  const reports = sides.flatMap(({ quality }) => (quality ? [quality] : []));
  const figures = (name: string) =>
    reports.flatMap((one) => (typeof one[name] === 'number' ? [one[name]] : []));
  return {
    calls: sides.length,
    reports: reports.length,
    setup: spread(figures('setup_ms'), [0, 250, 500, 1000, 2000, 3000, 5000, 10_000, 20_000]),
    rtt: spread(figures('rtt_ms'), [0, 50, 100, 150, 200, 300, 400, 600, 1000]),
    loss: spread(
      figures('loss').map((loss) => loss * 100),
      [0, 0.5, 1, 2, 5, 7, 10, 20],
    ),
    stalled: figures('stalls').filter((stalls) => stalls > 0).length,
    stalls: total(figures('stalls')),
    relayed: reports.filter(({ relayed }) => relayed === true).length,
    direct: reports.filter(({ relayed }) => relayed === false).length,
  };
}

const total = (values: number[]): number => values.reduce((sum, value) => sum + value, 0);

function spread(exact: number[], edges: number[]) {
  const values = exact.map(twoDigits).sort((a, b) => a - b);
  const quantile = (part: number) => values[Math.ceil(part * values.length) - 1] ?? null;
  return {
    count: exact.length,
    mean: exact.length > 0 ? total(exact) / exact.length : null,
    ...{ p50: quantile(0.5), p90: quantile(0.9), p99: quantile(0.99) },
    bins: edges.map((from, index) => {
      const to = edges[index + 1] ?? null;
      return {
        from,
        to,
        count: exact.filter((value) => value >= from && (to === null || value < to)).length,
      };
    }),
  };
}

/** By the letters of the number, since arithmetic would round. */
function twoDigits(value: number): number {
  const [whole = '', fraction = ''] = value.toFixed(6).split('.');
  if (whole.length === 1) return Number(`${whole}.${fraction.slice(0, 1)}`);
  return Number(whole.slice(0, 2) + '0'.repeat(whole.length - 2));
}
