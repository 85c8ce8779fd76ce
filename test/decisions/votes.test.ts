import { expect } from 'chai';
import { decisions, type Decision } from '#core/rules.ts';
import { skipTerm } from '#core/decisions/decide.ts';
import { clock } from '#core/clock.ts';
import { newId } from '#core/ids.ts';
import { commitPairs } from '#core/matching/commit.ts';
import { lead } from '#core/matching/lease.ts';
import { pair } from '#core/matching/pairing.ts';
import { readPool } from '#core/matching/people.ts';
import { settings } from '#core/settings.ts';
import { sweep } from '#core/sweeper.ts';
import { sql } from '#db/postgres.ts';
import {
  deciding,
  nothingIsBroken,
  roundOf,
  runWave,
  statesOf,
  stepsOf,
  talking,
  type Player,
} from '../cast.ts';
import { upTo } from '../signalling/letters.ts';

const alone = (vote: Decision) => (vote === 'continue' ? 'pending' : 'passed');

describe('a decision', () => {
  afterEach(nothingIsBroken);

  for (const first of [...decisions, 'nothing'] as const)
    for (const second of [...decisions, 'nothing'] as const) {
      const mutual = first === 'continue' && second === 'continue';
      it(`of ${first} and then ${second} is ${mutual ? 'a match' : 'passed'}`, async () => {
        const [ann, bob] = await deciding();
        const vote = async (who: Player, decision: Decision | 'nothing') =>
          decision === 'nothing' ? undefined : (await who.decide(decision)).outcome;
        expect(await vote(ann, first)).to.equal(first === 'nothing' ? undefined : alone(first));
        expect(await vote(bob, second)).to.equal(
          mutual ? 'mutual' : second === 'nothing' ? undefined : alone(second),
        );
        const where = (decision: Decision | 'nothing') => (decision === 'nothing' ? 'DECIDING' : 'WAITING');
        expect(await statesOf(ann, bob)).to.deep.equal([where(first), where(second)]);

        await closeWindow();
        const { status, mutual_at, settled_at } = await roundOf(ann);
        expect(status).to.equal(mutual ? 'completed' : 'passed');
        expect(mutual_at !== null).to.equal(mutual);
        expect(settled_at).to.be.instanceOf(Date);
        expect(await statesOf(ann, bob)).to.deep.equal(['WAITING', 'WAITING']);
        const repeated = mutual ? 'mutual' : 'passed';
        if (first !== 'nothing') expect(await vote(ann, first), 'repeated').to.equal(repeated);
        if (second !== 'nothing') expect(await vote(bob, second), 'repeated').to.equal(repeated);
      });
    }

  it('repeated is answered as before, and changes nothing', async () => {
    const [ann, bob] = await deciding();
    expect((await ann.decide('continue')).outcome).to.equal('pending');
    const steps = await stepsOf(ann);
    expect((await ann.decide('continue')).outcome).to.equal('pending');
    expect(await stepsOf(ann)).to.deep.equal(steps);
    expect((await bob.decide('continue')).outcome).to.equal('mutual');
    expect((await ann.decide('continue')).outcome).to.equal('mutual');
    expect(await sql('SELECT user_id FROM decisions')).to.have.length(2);
  });

  it('of two who say yes at the same moment is one match', async () => {
    for (const _ of upTo(5)) {
      const [ann, bob] = await deciding();
      const outcomes = await Promise.all(
        [ann, bob, ann, bob].map(async (one) => (await one.decide('continue')).outcome),
      );
      expect(outcomes).to.include('mutual');
      expect((await roundOf(ann)).mutual_at).to.be.instanceOf(Date);
      for (const one of [ann, bob]) {
        expect((await stepsOf(one)).filter((step) => step === 'match_told')).to.have.length(1);
        await one.stop();
      }
    }
  });

  it('is possible as soon as the clock has run out, although nobody has noticed yet', async () => {
    const [ann, bob] = await talking();
    clock.advance(settings.roundSeconds * 1000);
    expect((await ann.decide('continue')).outcome).to.equal('pending');
    expect(await statesOf(ann, bob)).to.deep.equal(['WAITING', 'DECIDING']);
  });

  it('made with a pause asked for leads to the pause', async () => {
    const [ann] = await deciding();
    await ann.pause();
    await ann.decide('next');
    expect(await ann.poll()).to.include({ state: 'IDLE', session_status: 'paused' });
  });

  it('of skip keeps the two apart for thirty days, whatever sessions they start', async () => {
    const [ann, bob] = await deciding();
    await bob.decide('skip');
    await closeWindow();
    const meet = async () => {
      for (const one of [ann, bob]) {
        await one.start();
        await one.poll();
      }
      return (await runWave()).length;
    };
    clock.advance(29 * 24 * 3_600_000);
    expect(await meet()).to.equal(0);
    clock.advance(24 * 3_600_000);
    expect(await meet()).to.equal(1);
    await ann.poll();
    await bob.poll();
  });

  it('of skip makes void a pair that the matchmaker has chosen meanwhile', async () => {
    const [ann, bob] = await deciding();
    for (const one of [ann, bob]) {
      await one.stop();
      await one.start();
      await one.poll();
    }
    const fence = await lead('world', newId());
    expect(fence).to.be.a('string');
    const chosen = pair(await readPool('world'), { nowMs: clock.ms(), relaxAfterSeconds: 30 });
    expect(chosen).to.have.length(1);
    await bob.decide('skip');
    await sql('DELETE FROM exclusions'); // what is left is the guard
    expect(await commitPairs('world', fence!, chosen)).to.deep.equal([]);
  });

  it('of anything else keeps them apart for this session only', async () => {
    const [ann, bob] = await deciding();
    await bob.decide('next');
    await closeWindow();
    await ann.poll();
    await bob.poll();
    expect(await runWave()).to.have.length(0);
    for (const one of [ann, bob]) {
      await one.start();
      await one.poll();
    }
    expect(await runWave()).to.have.length(1);
    await ann.poll();
    await bob.poll();
  });
});

describe('the memory of a skip vote', () => {
  it('lasts so many days, and with 0 as long as the session', () => {
    const now = new Date('2030-01-01T00:00:00Z');
    expect(skipTerm(now)).to.deep.equal({ until: new Date('2030-01-31T00:00:00Z') });
    expect(skipTerm(now, 0.5)).to.deep.equal({ until: new Date('2030-01-01T12:00:00Z') });
    expect(skipTerm(now, 0)).to.deep.equal({ session: true });
  });
});

async function closeWindow(): Promise<void> {
  clock.advance(settings.decisionSeconds * 1000);
  await sweep();
}
