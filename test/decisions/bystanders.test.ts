import { expect } from 'chai';
import { clock } from '#core/clock.ts';
import { takeSample } from '#core/records/sample.ts';
import type { Decision } from '#core/rules.ts';
import { sweep } from '#core/sweeper.ts';
import { deciding, nothingIsBroken, person, roundOf, runWave, type Player, type Visit } from '../cast.ts';
import { reset } from '../reset.ts';
import { comparable, differences } from './seen.ts';

/** What Ann and Bob do while they decide, and at which second of the window. */
type Act = [
  seconds: number,
  who: 'ann' | 'bob',
  what: Decision | 'flag' | 'block' | 'pause' | 'resume' | 'stop' | 'leave',
];
type Story = readonly Act[];

const either = (what: Act[2]): Story[] => [[[2.5, 'ann', what]], [[7.5, 'bob', what]]];

/*
 * Cid and Dan could be paired with Ann or Bob, but not with each other: whenever one of the two may be paired, one of
 * the bystanders is. Each of them may be Ann's or Bob's second account.
 */
describe('what two bystanders see of a decision', function () {
  this.timeout(300_000); // up to eleven worlds

  afterEach(nothingIsBroken);

  it('is the same whether or not one of the two has voted, and whatever the vote', async () => {
    const votes = (['continue', 'skip', 'next', 'flag', 'block'] as const).flatMap(either);
    await allLookAlike([[], ...votes]);
  });

  it('is the same after a vote as without one when the person pauses, goes on or ends the session or leaves the page', async () => {
    for (const rest of [
      [[7.5, 'ann', 'pause']],
      [
        [7.5, 'ann', 'pause'],
        [12.5, 'ann', 'resume'],
      ],
      [[7.5, 'ann', 'stop']],
      [[7.5, 'bob', 'stop']],
      [[7.5, 'ann', 'leave']],
    ] satisfies Story[])
      await allLookAlike([rest, [[2.5, 'ann', 'next'], ...rest]]);
  });

  it('is the same for all votes that are not two yeses, once both are in', async () => {
    const both = (one: Decision, other: Decision): Story => [
      [2.5, 'ann', one],
      [7.5, 'bob', other],
    ];
    await allLookAlike([both('next', 'next'), both('continue', 'skip'), both('skip', 'next')]);
  });

  it('is a pairing at once when both votes are in: the comparison can tell', async () => {
    const one = await world([[2.5, 'ann', 'next']]);
    const two = await anew([
      [2.5, 'ann', 'next'],
      [7.5, 'bob', 'next'],
    ]);
    expect(one.firstPaired).to.be.at.least(20);
    expect(two.firstPaired).to.be.within(7.5, 12.5);
  });
});

async function allLookAlike(stories: readonly Story[]): Promise<void> {
  let first: string[] | undefined;
  for (const story of stories) {
    const { seen, estimates } = await anew(story);
    expect(estimates, 'changed by something other than a pairing').to.have.lengthOf.at.most(1);
    first ??= seen;
    expect(differences(seen, first), JSON.stringify(story)).to.deep.equal([]);
  }
}

async function anew(story: Story) {
  await reset();
  return world(story);
}

/** Everything that Cid and Dan can read from the end of Ann's and Bob's round until after the window has closed. */
async function world(story: Story) {
  const [ann, bob] = await deciding(
    await person({ display_name: 'Ann', gender: 'woman', interests: ['jazz', 'tea'] }),
    await person({ display_name: 'Bob', gender: 'woman', interests: ['go', 'chess'] }),
  );
  const [cid, dan] = [
    await person({ display_name: 'Cid', gender: 'man', interests: ['jazz', 'tea'] }),
    await person({ display_name: 'Dan', gender: 'man', interests: ['go', 'chess'] }),
  ];
  for (const one of [cid, dan]) await one.start({ genders: ['woman'] });
  const ended = (await roundOf(ann)).ended_at!;
  const seen: Record<string, unknown> = {};
  const estimates = new Set<number | null | undefined>();
  let firstPaired = Infinity;
  for (const seconds of [2.5, 7.5, 12.5, 22.5, 27.5]) {
    clock.advance(ended.getTime() + seconds * 1000 - clock.ms());
    for (const [at, who, what] of story) if (at === seconds) await act({ ann, bob }[who], what);
    const left = story.filter(([, , what]) => what === 'leave').map(([, who]) => who);
    for (const who of ['ann', 'bob'] as const) if (!left.includes(who)) await { ann, bob }[who].poll();
    await sweep();
    if (firstPaired === Infinity) estimates.add((await cid.poll()).queue?.estimated_wait_seconds);
    await runWave();
    await takeSample();
    for (const one of [cid, dan]) seen[`${seconds} ${one.name}`] = await everythingReadBy(one);
    if (cid.round !== '' || dan.round !== '') firstPaired = Math.min(firstPaired, seconds);
  }
  return { seen: comparable(seen, ended), firstPaired, estimates: [...estimates] };
}

async function act(who: Player, what: Act[2]): Promise<void> {
  if (what === 'flag' || what === 'block' || what === 'pause' || what === 'resume' || what === 'stop')
    await who[what]();
  else if (what === 'leave')
    await who.visit('POST', '/api/continuous-matching/leave', { session_id: who.session });
  else await who.decide(what);
}

/** Matches as they are told, and places, sizes, waits and counts as they are public. */
async function everythingReadBy(who: Player): Promise<Record<string, Visit>> {
  const next = `/api/continuous-matching/next-match?session_id=${who.session}`;
  await who.poll();
  const looks: [method: string, path: string][] = [
    ['GET', `${next}&seen=${who.version}`],
    ['GET', next],
    ['GET', '/api/activity/stats'],
    ['GET', '/api/session/current'],
    ['GET', '/api/matches'],
  ];
  const seen: Record<string, Visit> = {};
  for (const [method, path] of looks) seen[`${method} ${path}`] = await who.visit(method, path);
  return seen;
}
