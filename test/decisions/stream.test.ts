import { expect } from 'chai';
import fc from 'fast-check';
import { clock } from '#core/clock.ts';
import { decisions, type Decision } from '#core/rules.ts';
import { settings } from '#core/settings.ts';
import { sweep } from '#core/sweeper.ts';
import { journeyOf, nothingIsBroken, person, runWave, type Player } from '../cast.ts';
import { reset } from '../reset.ts';

/** One person's vote: at which second of the window, if they vote at all. */
interface Vote {
  at: number | null;
  decision: Decision;
}

const couples = 3;
const vote: fc.Arbitrary<Vote> = fc.record({
  at: fc.option(fc.integer({ min: 0, max: settings.decisionSeconds - 1 }), { freq: 4 }),
  decision: fc.constantFrom(...decisions),
});

describe('rounds that end together, and votes at any moment of the window', function () {
  this.timeout(180_000); // eight times six people

  afterEach(nothingIsBroken);

  it('lead to the next date with the wave after both votes are in, or the window has closed, and never before', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(vote, { minLength: 2 * couples, maxLength: 2 * couples }),
        fc.integer({ min: 1, max: 2 }),
        async (votes, rounds) => {
          await reset();
          const people = await Promise.all(Array.from({ length: 2 * couples }, () => person()));
          for (const one of people) await one.start();
          const met = new Set<string>();
          for (let round = 0; round < rounds; round += 1) await playRound(people, votes, met);
        },
      ),
      { numRuns: 8 },
    ));
});

/** Pairs those who wait, lets their rounds run out, and follows their votes through the window. */
async function playRound(people: readonly Player[], votes: readonly Vote[], met: Set<string>): Promise<void> {
  await runWave();
  const partners = await startRounds(people, met);
  clock.advance(settings.roundSeconds * 1000);
  await sweep();
  const voters = people.filter((one) => partners.has(one));
  for (const one of voters) expect((await one.poll()).state).to.equal('DECIDING');
  const endedMs = clock.ms();
  const voted = new Set<Player>();
  const free = new Set(people.filter((one) => !partners.has(one)));

  for (let second = 0; second <= settings.decisionSeconds; second += 1) {
    clock.advance(Math.max(0, endedMs + second * 1000 - clock.ms()));
    const now = voters.filter((one) => votes[people.indexOf(one)]?.at === second);
    for (const one of now) {
      await one.decide(votes[people.indexOf(one)]?.decision ?? 'next');
      voted.add(one);
    }
    if (now.length === 0 && second < settings.decisionSeconds && second % 5 !== 0) continue;
    await sweep();
    for (const one of voters)
      if (
        second === settings.decisionSeconds ||
        [one, partners.get(one)].every((both) => both && voted.has(both))
      )
        free.add(one);
    for (const one of people) await one.poll();
    await runWave();
    await expectPaired(people, free, met);
  }
}

/** Everybody who was paired joins. @returns the partner of each */
async function startRounds(people: readonly Player[], met: Set<string>): Promise<Map<Player, Player>> {
  const partners = new Map<Player, Player>();
  const inRound = [];
  for (const one of people) if ((await one.poll()).match_found) inRound.push(one);
  for (const one of inRound) {
    await one.join();
    const other = inRound.find(({ id, round }) => id !== one.id && round === one.round);
    if (other) partners.set(one, other);
  }
  for (const [one, other] of partners) met.add(pairOf(one, other));
  for (const one of inRound) await one.poll();
  return partners;
}

/** Of those who may be paired no two who could meet are left, and nobody else has been. */
async function expectPaired(
  people: readonly Player[],
  free: ReadonlySet<Player>,
  met: Set<string>,
): Promise<void> {
  const journeys = await Promise.all(people.map(journeyOf));
  const waits = people.filter((one, index) => {
    const { state, parked, waiting_since: since } = journeys[index]!;
    expect(since?.getTime() ?? 0, 'nobody waits from the future on').to.be.at.most(clock.ms());
    const paired = state === 'CONNECTING' || state === 'IN_CALL';
    if (paired && !free.has(one)) throw new Error('Somebody was paired before the partner had voted');
    return state === 'WAITING' && !parked && free.has(one);
  });
  for (const one of waits)
    for (const other of waits)
      if (one.id < other.id) expect(met, 'two who could meet still wait').to.include(pairOf(one, other));
}

const pairOf = (one: Player, other: Player): string => [one.id, other.id].sort().join(' ');
