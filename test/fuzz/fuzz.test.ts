import { expect } from 'chai';
import fc from 'fast-check';
import { clock } from '#core/clock.ts';
import { nothingIsBroken } from '../cast.ts';
import { reset } from '../reset.ts';
import { readContract, type Document } from './contract.ts';
import { openServer } from './openServer.ts';
import { openPlay } from './play.ts';
import { createSteps, describeStep, type Step } from './steps.ts';
import { createTally } from './tally.ts';

const { FUZZ_CASES = '2000', FUZZ_SEED = '7', FUZZ_SHRINK } = process.env; // npm run fuzz sets them
const cases = Number(FUZZ_CASES);
const stepsAPlay = 40;

describe('requests made from the contract', function () {
  this.timeout(60_000 + cases * 200);

  it(`${cases} of them: each answer is documented, and nothing invalid is accepted`, async () => {
    const address = await openServer();
    const document = (await (await fetch(`${address}/api/openapi.json`)).json()) as Document;
    const operations = readContract(document);
    const tally = createTally(operations);

    const play = async (steps: (Step | null)[]): Promise<void> => {
      await reset();
      clock.stop();
      const player = await openPlay(address);
      const played: string[] = [];
      for (const step of steps) {
        if (step === null) continue;
        const { wrong, came, allowed = false } = await player(step);
        played.push(`${describeStep(step)} → ${came?.status ?? 'so be it'}`);
        if (wrong !== null) throw new Error(`${wrong}\nafter\n  ${played.join('\n  ')}`);
        if (came && !('seconds' in step)) tally.count(step.operation, came.status, allowed);
      }
      await nothingIsBroken();
    };

    const step = fc.option(createSteps(document, operations), { freq: 10_000 }); // shrinks to none
    const steps = fc.array(step, { minLength: stepsAPlay, maxLength: stepsAPlay });
    await fc.assert(fc.asyncProperty(steps, play), {
      seed: Number(FUZZ_SEED),
      numRuns: Math.ceil((cases * 1.12) / stepsAPlay), // beside requests there are seconds that pass
      endOnFailure: FUZZ_SHRINK === undefined,
    });

    if (process.env.FUZZ_CASES !== undefined) console.log(tally.text());
    expect(tally.asked()).to.be.at.least(cases);
    if (cases >= 2000)
      expect(tally.neverDone(), 'operations that nobody got through').to.have.length.below(
        operations.length / 5,
      );
  });
});
