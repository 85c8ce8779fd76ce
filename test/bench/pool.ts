import type { Person } from '#core/matching/compatibility.ts';
import { pair } from '#core/matching/pairing.ts';
import { rules } from '#core/rules.ts';
import { population } from './population.ts';
import { firstFeasible, fitsOf, greedy, heaviest, maximum, random } from './rivals/pairing.ts';
import { createWitness, wrong } from './sound.ts';
import { median, percentile, print, round, save } from './table.ts';
import { cpuMs, type Lived, live } from './town.ts';

/** How good, how fast and how fair the pairing is. */
export const pool = {
  name: 'pool',
  describes:
    'pairing: score against the true maximum and a hindsight optimum, time by size, fairness, 100,000 people',
  run,
};

const seeds = [1, 2, 3, 4, 5];

function run(): void {
  const results = { quality: quality(), growth: growth(), flow: flow(), town: town() };
  save('pool', results);
}

/** A whole pool at once, beside the true maximum. 0 is pairing at random, 1 the maximum. */
function quality() {
  const rows = [500, 1000].flatMap((size) =>
    [0.5, 0.35].map((women) => {
      const runs = seeds.map((seed) => {
        const people = population(size, { seed, women, met: 10 });
        const fits = fitsOf(people);
        const [best, chance] = [maximum(fits), random(fits, seed)];
        const { took, outcome } = timed(people);
        const gain = (score: number) => (score - chance.score) / (best.score - chance.score);
        return {
          pairs: outcome.pairs / best.pairs,
          ours: gain(outcome.score),
          greedy: gain(greedy(fits).score),
          first: gain(firstFeasible(people).score),
          meanScore: outcome.score / outcome.pairs,
          took,
        };
      });
      const middle = (of: (run: (typeof runs)[number]) => number) => median(runs.map(of));
      return {
        people: size,
        women: `${100 * women} %`,
        'pairs of the maximum': round(
          middle((run) => run.pairs),
          4,
        ),
        ours: round(
          middle((run) => run.ours),
          3,
        ),
        greedy: round(
          middle((run) => run.greedy),
          3,
        ),
        'first feasible': round(
          middle((run) => run.first),
          3,
        ),
        'mean score': round(middle((run) => run.meanScore)),
        'CPU ms': round(middle((run) => run.took)),
      };
    }),
  );
  console.log('\nA pool at once: share of what lies between random pairing (0) and the proven maximum (1)');
  print(rows);
  return rows;
}

/** The time that a cold pool takes: indexes built, everybody searched, all decided. */
function growth() {
  const sizes = [1000, 10_000, 50_000, 100_000];
  const pools = sizes.map((size) => population(size, { seed: 6, met: 10 }));
  timed(pools[0]!); // compiled before it is measured
  const runs = seeds.map(() =>
    pools.map((people) => {
      const ours = timed(people);
      const began = cpuMs();
      // Whoever fits nobody makes it look at everybody: minutes, with more people.
      const first = people.length <= 10_000 ? firstFeasible(people) : null;
      return { ours, first, firstTook: cpuMs() - began };
    }),
  );
  const rows = sizes.map((size, k) => {
    const { ours, first } = runs[0]![k]!;
    const took = median(runs.map((run) => run[k]!.ours.took));
    return {
      people: size,
      'CPU ms': round(took),
      'wall ms': round(median(runs.map((run) => run[k]!.ours.wall))),
      'µs / (n log n)': round((1000 * took) / (size * Math.log2(size)), 2),
      pairs: ours.outcome.pairs,
      'mean score': round(ours.outcome.score / ours.outcome.pairs),
      ...(first && {
        'first feasible, CPU ms': round(median(runs.map((run) => run[k]!.firstTook))),
        'its pairs': first.pairs,
        'its mean score': round(first.score / first.pairs),
      }),
    };
  });
  console.log('\nTime by size, all cold');
  print(rows);
  return rows;
}

/** People who come one by one, beside an optimum that knew all of them in advance. */
function flow() {
  const rows = [20, 200, 1000].map((perSecond) => {
    const runs = seeds.map((seed) => {
      const people = population(2000, { seed });
      const held = live({ people, perSecond, callSeconds: Infinity });
      const atOnce = live({ people, perSecond, callSeconds: Infinity, hold: false, waveEveryMs: 10 });
      const longest = percentile(held.waits, 0.99);
      const hindsight = (withinMs: number) => heaviest(fitsOf(held.came, withinMs)).score;
      return {
        held,
        atOnce,
        likeHold: hindsight(rules.matching.holdMs),
        likeOurs: hindsight(1000 * longest),
        ever: hindsight(Infinity),
      };
    });
    const middle = (of: (run: (typeof runs)[number]) => number) => median(runs.map(of));
    return {
      'a second': perSecond,
      'of hindsight, waits ≤ the hold': round(
        middle((run) => total(run.held) / run.likeHold),
        3,
      ),
      'of hindsight, waits ≤ our p99': round(
        middle((run) => total(run.held) / run.likeOurs),
        3,
      ),
      'of hindsight, any wait': round(
        middle((run) => total(run.held) / run.ever),
        3,
      ),
      'at once instead': round(
        middle((run) => total(run.atOnce) / run.likeHold),
        3,
      ),
      'mean score': round(middle(({ held }) => total(held) / held.pairs)),
      'at once': round(middle(({ atOnce }) => total(atOnce) / atOnce.pairs)),
      'wait p50 s': round(
        middle(({ held }) => percentile(held.waits, 0.5)),
        2,
      ),
      'p99 s': round(
        middle(({ held }) => percentile(held.waits, 0.99)),
        2,
      ),
      'at once p50': round(
        middle(({ atOnce }) => percentile(atOnce.waits, 0.5)),
        2,
      ),
      'at once p99': round(
        middle(({ atOnce }) => percentile(atOnce.waits, 0.99)),
        2,
      ),
    };
  });
  console.log('\nSteady flow: share of the score that an optimum reaches which knows all arrivals');
  print(rows);
  return rows;
}

/** A hundred thousand people: talking and coming back, or most of them waiting; and twice as many men as women. */
function town() {
  const many = 100_000;
  const surplus = population(many, { seed: 9, women: 0, from: many }).map((person) => ({
    ...person,
    gender: 'man' as const,
    genders: ['woman' as const],
  }));
  const scenes = [
    {
      name: '100,000 people, 5,000 arrivals/s',
      lived: live({
        people: population(many, { seed: 9, met: 10 }),
        perSecond: 5000,
        callSeconds: 19,
        until: { seconds: 25 },
      }),
    },
    {
      name: '100,000 men waiting, 5,000 arrivals/s',
      lived: live({
        people: population(30_000, { seed: 9, women: 0.5 }),
        perSecond: 5000,
        callSeconds: Infinity,
        standing: surplus,
      }),
    },
    {
      name: 'two men to a woman, 200 arrivals/s for 60 s',
      lived: live({
        people: population(12_000, { seed: 9, women: 0.35 }),
        perSecond: 200,
        callSeconds: Infinity,
      }),
    },
  ];
  const rows = scenes.map(({ name, lived }) => ({ scene: name, ...summary(lived) }));
  console.log('\nA hundred thousand people, and lopsided pools');
  print(rows);
  return rows;
}

function summary(lived: Lived) {
  const { waits, womensWaits } = lived;
  const stuck = together(lived.left, lived.nowMs, 30);
  return {
    pairs: lived.pairs,
    'mean score': round(total(lived) / lived.pairs),
    'decided p50 s': round(percentile(waits, 0.5), 2),
    'p99 s': round(percentile(waits, 0.99), 2),
    'p99 / p50': round(percentile(waits, 0.99) / percentile(waits, 0.5)),
    'women p99 s': round(percentile(womensWaits, 0.99), 2),
    'wave p50 ms': round(percentile(lived.waveMs, 0.5)),
    'wave p99 ms': round(percentile(lived.waveMs, 0.99)),
    'leader CPU': `${round((100 * lived.waveMs.reduce((sum, ms) => sum + ms, 0)) / (1000 * lived.seconds))} %`,
    'still waiting': lived.left.length,
    'stuck > 30 s': stuck,
  };
}

/** How many have waited so long although somebody who fits them has too. */
function together(left: readonly Person[], nowMs: number, longerThan: number): number {
  const patient = left.filter(({ waitingSinceMs }) => waitingSinceMs <= nowMs - 1000 * longerThan);
  const women = patient.filter(({ gender, genders }) => gender !== 'man' || !genders.includes('woman'));
  const fits = (a: Person, b: Person) => wrong(a, b, nowMs) === null;
  return women.filter((a) => patient.some((b) => fits(a, b))).length;
}

function timed(people: readonly Person[]) {
  const [began, beganCpu] = [performance.now(), cpuMs()];
  const pairs = pair(people, { nowMs: 1000 });
  const [wall, took] = [performance.now() - began, cpuMs() - beganCpu];
  const witness = createWitness();
  const free = new Set(people);
  for (const { a, b } of pairs) witness.see(a, b, 1000, (person) => free.delete(person));
  const score = pairs.reduce((sum, { compatibility }) => sum + compatibility.score, 0);
  return { took, wall, outcome: { pairs: pairs.length, score } };
}

const total = (lived: Lived): number => lived.scores.reduce((sum, score) => sum + score, 0);
