import { expect } from 'chai';
import fc from 'fast-check';
import { signAccessToken } from '#core/accounts/token.ts';
import { clock } from '#core/clock.ts';
import { settings } from '#core/settings.ts';
import { sweep } from '#core/sweeper.ts';
import { sql } from '#db/postgres.ts';
import { journeyOf, nothingIsBroken, person, runWave, talking, type Player } from '../cast.ts';
import { readContract, type Document } from '../fuzz/contract.ts';
import { createMemory } from '../fuzz/memory.ts';
import { openServer } from '../fuzz/openServer.ts';
import { ask } from '../fuzz/play.ts';
import { createSteps, describeStep, type Step } from '../fuzz/steps.ts';
import { upTo } from '../signalling/letters.ts';

const requestsAnOperation = 6;

/*
 * The matchmaker skips a person whose row is locked, and voids a pairing of a person whose guard has moved. So no
 * request of one account may lock or change the journey of another with whom they are not in a live round.
 */
describe('a former partner', function () {
  this.timeout(240_000);
  afterEach(nothingIsBroken);

  it('is neither locked nor changed by any request of the contract, and is paired by the next wave', async () => {
    const { ann, bob, cid, rounds } = await formerPartners();
    const address = await openServer();
    const document = (await (await fetch(`${address}/api/openapi.json`)).json()) as Document;
    const operations = readContract(document).filter(({ name }) => name !== 'delete /api/me');
    const memory = createMemory();
    for (const round of rounds) for (const name of ['match_id', 'video', 'matches']) memory.keep(name, round);
    memory.keep('user_id', bob.id);
    memory.keep('epoch', ann.epoch);

    const before = await rowOf(bob);
    const steps = operations
      .flatMap((operation, index) =>
        fc.sample(createSteps(document, [operation]), { numRuns: requestsAnOperation, seed: 12 + index }),
      )
      .filter((step): step is Exclude<Step, { seconds: number }> => !('seconds' in step));
    const played: string[] = [];
    for (const step of shuffled(steps)) {
      const { came } = await ask(address, step, memory, signAccessToken(ann.me, clock.now()));
      played.push(`${describeStep(step)} → ${came.status}`);
      expect(await rowOf(bob), played.slice(-5).join('\n')).to.deep.equal(before);
    }
    expect(
      played.filter((line) => / → 2/.test(line)),
      'most operations were got through',
    ).to.have.length.above(60);

    await Promise.all([bob.poll(), cid.poll()]);
    const opened = await runWave();
    expect(opened.map(({ user1_id, user2_id }) => [user1_id, user2_id].sort())).to.deep.include(
      [bob.id, cid.id].sort(),
    );
  });

  it('is paired at once amid a flood of flags, blocks, votes and exits about the rounds of before', async () => {
    const { ann, bob, cid, rounds } = await formerPartners();
    const about = (match_id: string) => ({ match_id });
    const flood = upTo(20).flatMap(() =>
      rounds.flatMap((round) => [
        ann.visit('POST', '/api/flags', about(round)),
        ann.visit('POST', '/api/blocks', about(round)),
        ann.visit('POST', `/api/video/skip-call/${round}`, {}),
        ann.visit('POST', `/api/video/leave/${round}`, { epoch: 1 }),
        ann.visit('POST', '/api/continuous-matching/continue-decision', {
          ...about(round),
          decision: 'skip',
        }),
      ]),
    );
    await Promise.all([bob.poll(), cid.poll()]);
    const opened = await runWave();
    await Promise.all(flood);
    expect(opened).to.have.length(1);
  });
});

/** Ann and Bob have had three dates: one skipped, one voted on without a match, one matched and seen. Bob and Cid wait. */
async function formerPartners() {
  const [ann, bob, cid] = [
    await person({ display_name: 'Ann', gender: 'woman' }),
    await person({ display_name: 'Bob', gender: 'man' }),
    await person({ display_name: 'Cid', gender: 'man' }),
  ];
  const rounds: string[] = [];
  for (const ending of ['skip', 'next', 'continue'] as const) {
    await talking(ann, bob);
    rounds.push(ann.round);
    if (ending === 'skip') await ann.skip();
    else await voteBoth(ann, bob, ending);
    for (const one of [ann, bob]) for (const _ of upTo(3)) await one.poll();
    for (const one of [ann, bob]) await one.stop();
  }
  clock.advance(settings.decisionSeconds * 1000);
  await sweep();
  for (const one of [bob, cid]) await one.start({ genders: ['man'] });
  await Promise.all([bob.poll(), cid.poll()]);
  expect(await journeyOf(bob)).to.deep.include({ state: 'WAITING', match_notices: [] });
  return { ann, bob, cid, rounds };
}

async function voteBoth(ann: Player, bob: Player, decision: 'next' | 'continue'): Promise<void> {
  clock.advance(settings.roundSeconds * 1000);
  await sweep();
  for (const one of [ann, bob]) await one.decide(decision);
}

/** A row as PostgreSQL keeps it: `xmax` is set by every lock, and `xmin` by every change. */
const rowOf = async ({ id }: Player): Promise<object> => {
  const [row] = await sql('SELECT xmin, xmax, version, guard, state FROM journeys WHERE user_id = $1', [id]);
  return row!;
};

/** Always the same order, in which operations are mixed. */
const shuffled = <T>(all: readonly T[]): T[] =>
  all
    .map((one, index) => ({ one, at: (index * 7919) % all.length }))
    .sort((a, b) => a.at - b.at)
    .map(({ one }) => one);
