import type { EndReason, RoundStatus } from '#core/journey/journey.ts';
import { decisions, rules, type Decision, type RoundMode } from '#core/rules.ts';
import { cached } from './cached.ts';
import { countFact, countFactBy, type Counted } from './count.ts';
import { distribution, edges, ratio, sum } from './distribution.ts';
import { periodOf, presentPeriod, stepOf, type AskedPeriod } from './period.ts';

/** How many rounds there were, what became of them, and what their people decided. Cached for seconds. */
export const roundStatistics = (asked: AskedPeriod) =>
  cached('rounds', asked, rules.cachedSeconds.statistics, async () => {
    const period = periodOf(asked);
    const step = stepOf(period);
    const [steps, durations, votes] = await Promise.all([
      countFactBy(step, 'round', period),
      countFact('duration', period),
      countFact('decision', period),
    ]);
    const rounds = steps.map(read);
    const count = (which: (round: Kind) => boolean) => total(rounds.filter(which));
    const ended = count(({ reason }) => reason !== null);
    const byClock = count(({ reason }) => reason === 'clock');
    const mutual = count((round) => round.mutual);
    return {
      ...presentPeriod(period),
      rounds: total(rounds),
      by: tally(rounds, ({ mode, status }) => ({ mode, status })),
      endings: tally(rounds, ({ mode, reason }) => (reason === null ? null : { mode, reason })),
      skip_rate: ratio(
        count(({ reason }) => reason === 'skip'),
        ended,
      ),
      end_rate: ratio(
        count(({ reason }) => reason === 'end'),
        ended,
      ),
      funnel: {
        matched: total(rounds),
        both_joined: count((round) => round.joined),
        completed: byClock,
        mutual,
      },
      decisions: { asked: 2 * byClock, by: shares(votes) },
      mutual_rate: ratio(mutual, byClock),
      duration: distribution(durations, edges.durations),
      step,
      series: series(rounds),
    };
  });

/** Rounds of one kind in one step: a `round` fact, its key taken apart. */
interface Kind {
  at: Date;
  count: number;
  mode: RoundMode;
  status: RoundStatus;
  reason: EndReason | null;
  joined: boolean;
  mutual: boolean;
}

function read({ at, key, count }: Counted & { at: Date }): Kind {
  const [mode, status, reason, joined, mutual] = key.split('|');
  return {
    ...{ at, count, joined: joined === '1', mutual: mutual === '1' },
    ...{ mode: mode as RoundMode, status: status as RoundStatus }, // as columns with a CHECK hold them
    reason: reason === '' ? null : (reason as EndReason),
  };
}

const total = (rounds: readonly Kind[]): number => sum(rounds, ({ count }) => count);

/** Adds up by what `of` says of a round, the most frequent first; leaves out where it says nothing. */
function tally<Name extends object>(
  rounds: readonly Kind[],
  of: (round: Kind) => Name | null,
): (Name & { count: number })[] {
  const counts = new Map<string, Name & { count: number }>();
  for (const round of rounds) {
    const name = of(round);
    if (!name) continue;
    const key = JSON.stringify(name);
    counts.set(key, { ...name, count: (counts.get(key)?.count ?? 0) + round.count });
  }
  return [...counts.values()].sort((a, b) => b.count - a.count);
}

function shares(votes: readonly Counted[]) {
  const all = sum(votes, ({ count }) => count);
  return decisions.map((decision: Decision) => {
    const count = votes.find(({ key }) => key === decision)?.count ?? 0;
    return { decision, count, share: ratio(count, all) };
  });
}

function series(rounds: readonly Kind[]) {
  const steps = new Map<number, Kind[]>();
  for (const round of rounds) steps.set(+round.at, [...(steps.get(+round.at) ?? []), round]);
  return [...steps].map(([at, of]) => ({
    at: new Date(at),
    rounds: total(of),
    video: total(of.filter(({ mode }) => mode === 'video')),
    text: total(of.filter(({ mode }) => mode === 'text')),
    completed: total(of.filter(({ reason }) => reason === 'clock')),
    mutual: total(of.filter(({ mutual }) => mutual)),
  }));
}
