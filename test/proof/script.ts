import fc from 'fast-check';
import type { Turn } from './interleave.ts';
import { places, type Place, type PlaceName } from './places.ts';
import { ofPeople, ofTheHouse, type VerbName } from './verbs.ts';

/** What happens in one evening: plain data, which fast-check prints, replays and shrinks. */
export interface Script {
  place: PlaceName;
  people: number;
  /** What goes on side by side; two may be of one person: two tabs. */
  lanes: { who: number; does: { verb: VerbName; n: number }[] }[];
  turns: Turn[];
  /** Which of the acknowledged mutations is repeated in the end. */
  repeat: number;
}

const names = Object.keys(places) as PlaceName[];
const all = Object.keys({ ...ofPeople, ...ofTheHouse }) as VerbName[];

/** Any evening: two to six people, two to five lanes of one to three verbs, mostly what is likely in that place. */
export const scripts: fc.Arbitrary<Script> = fc.constantFrom(...names).chain((place) => {
  const verb = fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom<VerbName>(...(places[place].likely as VerbName[])) },
    { weight: 1, arbitrary: fc.constantFrom(...all) },
  );
  const step = fc.record({ verb, n: fc.nat(11) });
  const { least = 2 }: Place = places[place];
  return fc.record({
    place: fc.constant(place),
    people: fc.integer({ min: least, max: 6 }),
    lanes: fc.array(fc.record({ who: fc.nat(5), does: fc.array(step, { minLength: 1, maxLength: 3 }) }), {
      minLength: 2,
      maxLength: 5,
    }),
    turns: fc.array(
      fc.record({
        lane: fc.nat(4),
        steps: fc.oneof(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 30 })),
      }),
      { maxLength: 40 },
    ),
    repeat: fc.nat(20),
  });
});
