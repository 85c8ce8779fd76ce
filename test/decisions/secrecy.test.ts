import { expect } from 'chai';
import { clock } from '#core/clock.ts';
import { decisions, type Decision } from '#core/rules.ts';
import { sweep } from '#core/sweeper.ts';
import { keys } from '#db/keys.ts';
import { openRedis } from '#db/redis.ts';
import { deciding, heldAreRead, nothingIsBroken, roundOf, type Player } from '../cast.ts';
import { reset } from '../reset.ts';
import { whereabouts } from '../still.ts';
import { comparable, differences, everythingSeenBy } from './seen.ts';

const mine = ['nothing', ...decisions] as const;
type Theirs = (typeof mine)[number] | 'flag' | 'block';

describe('what the other one says of us while deciding', function () {
  this.timeout(60_000); // each test lives through up to six evenings

  afterEach(nothingIsBroken);

  for (const said of mine)
    it(`is not to be seen by whoever has said ${said}, before the window closes and ever after`, async () => {
      const worlds = await eachWorld([...mine, 'flag', 'block'], (theirs) =>
        said === 'continue' && theirs === 'continue' ? null : { mine: said, theirs },
      );
      for (const { during, before, after } of worlds) {
        expect(during).to.include({ wakes: 0, moved: false });
        expect(differences(before, worlds[0]!.before)).to.deep.equal([]);
        expect(differences(after, worlds[0]!.after)).to.deep.equal([]);
      }
    });

  for (const said of decisions)
    it(`is not to be seen by whoever says ${said} after them, not even in the answer`, async () => {
      const worlds = await eachWorld(mine, (theirs) =>
        said === 'continue' && theirs === 'continue' ? null : { mine: said, theirs, theirsFirst: true },
      );
      for (const { during, before, after } of worlds) {
        expect(during).to.include({ wakes: 0, moved: false });
        expect(differences(before, worlds[0]!.before)).to.deep.equal([]);
        expect(differences(after, worlds[0]!.after)).to.deep.equal([]);
      }
    });

  it('is to be seen at once when both say yes: the comparison can tell', async () => {
    const [no, yes] = [
      await world({ mine: 'continue', theirs: 'next' }),
      await anew({ mine: 'continue', theirs: 'continue' }),
    ];
    expect(differences(yes.before, no.before)).to.not.deep.equal([]);
    expect(differences(yes.after, no.after)).to.not.deep.equal([]);
  });
});

interface Story {
  mine: Decision | 'nothing';
  theirs: Theirs;
  theirsFirst?: boolean;
}

async function eachWorld(others: readonly Theirs[], storyOf: (theirs: Theirs) => Story | null) {
  const worlds = [];
  for (const theirs of others) {
    const story = storyOf(theirs);
    if (story) worlds.push(await anew(story));
  }
  return worlds;
}

async function anew(story: Story) {
  await reset();
  return world(story);
}

/** Everything that Bob gets to see when Ann votes: while it is secret, and after the window. */
async function world({ mine, theirs, theirsFirst = false }: Story) {
  const [ann, bob] = await deciding();
  const ended = (await roundOf(ann)).ended_at!;
  const at = (seconds: number) => clock.advance(ended.getTime() + seconds * 1000 - clock.ms());
  at(2.5);
  if (!theirsFirst) await say(bob, mine);
  await bob.poll();
  await bob.poll();
  at(7.5);
  const during = await undisturbed(bob, () => say(ann, theirs));
  at(12.5);
  const answer = theirsFirst ? await say(bob, mine) : undefined;
  const before = { ...during, answer, seen: await everythingSeenBy(bob) };
  for (const seconds of [17.5, 22.5, 27.5]) {
    at(seconds);
    await ann.poll();
    await bob.poll();
    await sweep();
  }
  const repeated = await bob.visit('POST', '/api/continuous-matching/continue-decision', {
    match_id: bob.round,
    decision: mine === 'nothing' ? 'next' : mine,
  });
  const after = { repeated, seen: await everythingSeenBy(bob) };
  return {
    during: { wakes: during.wakes.length, moved: during.moved },
    before: comparable(before, ended),
    after: comparable(after, ended),
  };
}

async function say(who: Player, what: Theirs): Promise<unknown> {
  if (what === 'nothing') return undefined;
  return what === 'flag' || what === 'block' ? who[what]() : who.decide(what);
}

/** What reaches Bob while something happens: what his held requests say, his wakes, and whether he has been moved. */
async function undisturbed(bob: Player, what: () => Promise<unknown>) {
  const subscriber = openRedis();
  const wakes: string[] = [];
  subscriber.on('message', (_channel, message: string) => message.includes(bob.id) && wakes.push(message));
  await subscriber.subscribe(keys.wake());
  const answered: string[] = [];
  const held = [await bob.hold(), await bob.holdSignals()];
  for (const { answer } of held)
    void answer.then(
      (told) => answered.push(JSON.stringify(told)),
      () => undefined,
    );
  const before = JSON.stringify(await visible(bob));

  await what();
  await heldAreRead();
  await subscriber.ping();
  const moved = JSON.stringify(await visible(bob)) !== before;
  await Promise.all(held.map(({ abort }) => abort()));
  subscriber.disconnect();
  return { answered, wakes, moved };
}

/** What matching knows of the beginning of a wait is no part of any view. */
const visible = async (one: Player): Promise<object> => ({
  ...(await whereabouts(one)),
  waiting_since: null,
});
