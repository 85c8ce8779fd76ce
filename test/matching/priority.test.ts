import { expect } from 'chai';
import { readPool } from '#core/matching/people.ts';
import { rules } from '#core/rules.ts';
import { settings } from '#core/settings.ts';
import { connecting, isAStory, passTime, person, talking, type Player } from '../cast.ts';

const priorityOf = async (who: Player): Promise<number | undefined> =>
  (await readPool('world')).find((one) => one.userId === who.id)?.priority;

describe('priority in the score', () => {
  isAStory();

  it('is nothing for whoever has just come, and nothing for being skipped', async () => {
    const [ann, bob] = await talking();
    await bob.skip();
    await ann.poll();
    await ann.poll();
    expect(await priorityOf(ann)).to.equal(0);
    const eve = await person();
    await eve.start();
    expect(await priorityOf(eve)).to.equal(0);
    for (const one of [ann, bob, eve]) await one.poll();
  });

  it('is earned when the partner does not come, and only by the one who was there', async () => {
    const [ann, bob] = await connecting();
    await ann.join();
    await passTime(settings.connectSeconds + 1, { polling: [ann, bob] });
    await ann.poll();
    expect(await priorityOf(ann)).to.equal(rules.matching.letDownPoints);
    await bob.start();
    expect(await priorityOf(bob)).to.equal(0);
    for (const one of [ann, bob]) await one.poll();
  });
});
