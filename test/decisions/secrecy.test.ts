import { expect } from 'chai';
import { clock } from '#core/clock.ts';
import { decisions, type Decision } from '#core/rules.ts';
import { sweep } from '#core/sweeper.ts';
import { keys } from '#db/keys.ts';
import { openRedis } from '#db/redis.ts';
import { deciding, heldAreRead, journeyOf, nothingIsBroken, roundOf, type Player } from '../cast.ts';
import { reset } from '../reset.ts';
import { comparable, differences, everythingSeenBy } from './seen.ts';

type Vote = Decision | 'nothing';
const votes: Vote[] = ['nothing', ...decisions];

describe('what the other one votes', () => {
  afterEach(nothingIsBroken);

  for (const mine of votes)
    it(`is not to be seen by whoever has said ${mine}, before the window closes and ever after`, async () => {
      const worlds = await eachWorld((theirs) => (mine === 'continue' && theirs === 'continue' ? null : { mine, theirs }));
      for (const { before, after } of worlds) {
        expect(differences(before, worlds[0]!.before)).to.deep.equal([]);
        expect(differences(after, worlds[0]!.after)).to.deep.equal([]);
      }
    });

  for (const mine of decisions)
    it(`is not to be seen by whoever says ${mine} after them, not even in the answer`, async () => {
      const worlds = await eachWorld((theirs) =>
        mine === 'continue' && theirs === 'continue' ? null : { mine, theirs, theirsFirst: true },
      );
      for (const { before, after } of worlds) {
        expect(differences(before, worlds[0]!.before)).to.deep.equal([]);
        expect(differences(after, worlds[0]!.after)).to.deep.equal([]);
      }
    });

  it('is to be seen at once when both say yes: the comparison can tell', async () => {
    const [no, yes] = [await world({ mine: 'continue', theirs: 'next' }), await anew({ mine: 'continue', theirs: 'continue' })];
    expect(differences(yes.before, no.before)).to.not.deep.equal([]);
    expect(differences(yes.after, no.after)).to.not.deep.equal([]);
  });
});

interface Story {
  mine: Vote;
  theirs: Vote;
  theirsFirst?: boolean;
}

async function eachWorld(storyOf: (theirs: Vote) => Story | null) {
  const worlds = [];
  for (const theirs of votes) {
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
  const { ended_at } = await roundOf(ann);
  const say = async (who: Player, vote: Vote) => (vote === 'nothing' ? undefined : who.decide(vote));
  clock.advance(2_000);
  if (!theirsFirst) await say(bob, mine);
  await bob.poll();
  await bob.poll();

  const during = await undisturbed(bob, () => say(ann, theirs));
  clock.advance(2_000);
  const answer = theirsFirst ? await say(bob, mine) : undefined;
  const before = { ...during, answer, seen: await everythingSeenBy(bob) };
  for (let i = 0; i < 4; i += 1) {
    clock.advance(5_000);
    await ann.poll();
    await bob.poll();
    await sweep();
  }
  const repeated = await bob.visit('POST', '/api/continuous-matching/continue-decision', {
    match_id: bob.round,
    decision: mine === 'nothing' ? 'next' : mine,
  });
  const after = { repeated, seen: await everythingSeenBy(bob) };
  return { before: comparable(before, ended_at!), after: comparable(after, ended_at!) };
}

/** What reaches Bob while something happens: nothing should. */
async function undisturbed(bob: Player, what: () => Promise<unknown>) {
  const subscriber = openRedis();
  const wakes: string[] = [];
  subscriber.on('message', (_channel, message: string) => message.includes(bob.id) && wakes.push(message));
  await subscriber.subscribe(keys.wake());
  const answered: string[] = [];
  const held = [await bob.hold(), await bob.holdSignals()];
  for (const { answer } of held) void answer.then((told) => answered.push(JSON.stringify(told)), () => undefined);
  const { last_seen_at: _, ...journey } = await journeyOf(bob);

  await what();
  await heldAreRead();
  await subscriber.ping();
  const { last_seen_at: __, ...journeyNow } = await journeyOf(bob);
  for (const { abort } of held) abort();
  subscriber.disconnect();
  const unchanged = (one: object) => JSON.stringify({ ...one, published_version: 0 });
  return { wakes, answered, journey: unchanged(journey) === unchanged(journeyNow) };
}
