import { expect } from 'chai';
import { clock } from '#core/clock.ts';
import { rules } from '#core/rules.ts';
import { deciding, isAStory, passTime, person, runWave, talking } from '../cast.ts';

describe('who has met everybody', () => {
  isAStory();

  /** The decision window of Ann and Bob, who are alone, closes without a vote. */
  async function met() {
    const [ann, bob] = await deciding();
    await passTime(rules.decisionSeconds + 1, { polling: [ann, bob] });
    return [ann, bob] as const;
  }

  it('is told so, and after a new session of both they meet again', async () => {
    const [ann, bob] = await met();
    for (const one of [ann, bob])
      expect(await one.poll()).to.include({ state: 'WAITING', nobody_new: true, match_found: false });
    await runWave();
    expect((await ann.poll()).match_found).to.equal(false);
    for (const one of [ann, bob]) await one.start();
    expect(await ann.poll()).to.include({ state: 'WAITING', nobody_new: false });
    await runWave();
    for (const one of [ann, bob])
      expect(await one.poll()).to.include({ match_found: true, nobody_new: false });
  });

  it('is not anybody who has met nobody yet, alone or not', async () => {
    const [ann, bob] = [await person(), await person()];
    await ann.start();
    expect(await ann.poll()).to.include({ state: 'WAITING', nobody_new: false });
    await bob.start({ genders: ['man'] });
    expect(await ann.poll()).to.include({ nobody_new: false });
  });

  it('is not while somebody else is here whom they have not met, waiting or in a call', async () => {
    const [ann, bob] = await met();
    const [cid, dan] = [await person(), await person()];
    for (const one of [ann, bob]) await one.pause();
    await talking(cid, dan);
    for (const one of [ann, bob]) await one.resume();
    for (const one of [ann, bob])
      expect(await one.poll()).to.include({ state: 'WAITING', nobody_new: false });
    clock.advance(rules.onlineWithinSeconds * 1000 + 1);
    await bob.poll();
    expect(await ann.poll(), 'they have gone').to.include({ nobody_new: true });
  });

  it('is judged by their own meetings: a block by somebody they never met changes nothing', async () => {
    const [ann, bob] = await met();
    const eve = await person();
    await eve.start({ genders: ['man'] });
    await eve.poll();
    expect(await ann.poll()).to.include({ nobody_new: false });
    await bob.block();
    expect(await ann.poll()).to.include({ nobody_new: false });
    await eve.stop();
    clock.advance(rules.onlineWithinSeconds * 1000 + 1);
    await bob.poll();
    expect(await ann.poll(), 'a block by Bob, whom she has met').to.include({ nobody_new: true });
  });

  it('hears of it in the request that is being held', async () => {
    const [ann, bob] = await met();
    const eve = await person();
    await eve.start({ genders: ['man'] });
    await ann.poll();
    const held = await ann.hold();
    await eve.stop();
    clock.advance(rules.onlineWithinSeconds * 1000 + 1);
    await bob.poll();
    await passTime(1);
    expect(await held.answer).to.include({ state: 'WAITING', nobody_new: true });
  });
});
