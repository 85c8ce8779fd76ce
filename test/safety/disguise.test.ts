import { expect } from 'chai';
import { clock } from '#core/clock.ts';
import { sweep } from '#core/sweeper.ts';
import { comparable, differences, everythingSeenBy } from '../decisions/seen.ts';
import { connecting, nothingIsBroken, talking, type Player } from '../cast.ts';
import { reset } from '../reset.ts';

type Ending = (ann: Player) => Promise<unknown>;

const endings = {
  'goes home by an End': (ann) => ann.end(),
  'goes home by a flag': (ann) => ann.flag({ category: 'other', reason: 'I would not say' }),
  'starts again after an End': (ann) => ann.end().then(() => ann.start()),
  'goes on by a flag': (ann) => ann.flag({ then: 'waiting' }),
  'goes on by a block': (ann) => ann.block(),
} satisfies Record<string, Ending>;

describe('nothing that the partner is told says', function () {
  this.timeout(60_000);

  afterEach(nothingIsBroken);

  for (const [where, met] of [
    ['in a call', talking],
    ['while connecting', connecting],
  ] as const)
    it(`${where}, that an end was a flag`, async () => {
      const end = await world(met, endings['goes home by an End']);
      const flag = await world(met, endings['goes home by a flag']);
      expect(differences(flag, end)).to.deep.equal([]);
    });

  for (const disguised of ['goes on by a flag', 'goes on by a block'] as const)
    it(`in a call, that somebody who ${disguised} has not ended and started again`, async () => {
      const end = await world(talking, endings['starts again after an End']);
      expect(differences(await world(talking, endings[disguised]), end)).to.deep.equal([]);
    });

  it('while connecting, that somebody who goes on by a block has not ended and started again', async () => {
    const end = await world(connecting, endings['starts again after an End']);
    const block = await world(connecting, endings['goes on by a block']);
    // Whoever starts again is counted in the queue a moment later.
    const uncounted = differences(block, end).filter((line) => !line.startsWith('.told.0.queue.size'));
    expect(uncounted).to.deep.equal([]);
  });

  it('that a call which has ended was flagged or blocked a minute later', async () => {
    const end = endings['goes home by an End'];
    const nothing = await world(talking, end);
    for (const later of [endings['goes home by a flag'], endings['goes on by a block']])
      expect(differences(await world(talking, end, later), nothing)).to.deep.equal([]);
  });

  it('and the comparison can tell', async () => {
    const end = await world(talking, endings['goes home by an End']);
    expect(differences(await world(talking, (ann) => ann.skip()), end)).to.not.deep.equal([]);
  });
});

/** Everything that Bob is told when Ann ends what they have, and for a while after. */
async function world(
  meet: () => Promise<[Player, Player]>,
  ending: Ending,
  later?: Ending,
): Promise<string[]> {
  await reset();
  const [ann, bob] = await meet();
  const from = clock.now();
  const at = (seconds: number) => clock.advance(Math.max(0, from.getTime() + seconds * 1000 - clock.ms()));
  at(7.5);
  const held = [await bob.hold(), await bob.holdSignals()];
  await ending(ann);
  const told = await Promise.all(held.map(({ answer }) => answer));
  const at1st = await everythingSeenBy(bob);
  await ann.poll();
  at(22.5);
  await bob.poll();
  await bob.poll();
  await sweep();
  const at2nd = await everythingSeenBy(bob);
  at(82.5);
  await later?.(ann);
  at(122.5);
  await bob.poll();
  return comparable({ told, at1st, at2nd, at3rd: await everythingSeenBy(bob) }, from);
}
