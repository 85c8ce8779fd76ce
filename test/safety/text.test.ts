import { expect } from 'chai';
import { newId } from '#core/ids.ts';
import { restrict } from '#core/safety/restrict.ts';
import { isAStory, person, roundOf, runWave, statesOf, type Player } from '../cast.ts';

/** Two who talk, and one of whom has asked for text; they are where `talking` brings people. */
async function writing(): Promise<[Player, Player]> {
  const [ann, bob] = [await person({ display_name: 'Ann' }), await person({ display_name: 'Bob' })];
  await ann.start({ mode: 'text' });
  await bob.start();
  expect(await runWave()).to.have.length(1);
  for (const step of ['poll', 'join', 'poll'] as const) for (const one of [ann, bob]) await one[step]();
  expect(await roundOf(ann)).to.include({ mode: 'text', status: 'active' });
  return [ann, bob];
}

const order = { kind: 'restriction', category: null, reason: 'Shouted', hours: 1, flagId: null } as const;
const exits: Record<string, [exit: (ann: Player) => Promise<unknown>, reason: string, state: string]> = {
  'a flag': [(ann) => ann.flag(), 'flag', 'IDLE'],
  'a flag that goes on': [(ann) => ann.flag({ then: 'waiting' }), 'flag', 'WAITING'],
  'a block': [(ann) => ann.block(), 'block', 'WAITING'],
  'a restriction': [(ann) => restrict({ ...order, userId: ann.id }, newId()), 'restriction', 'IDLE'],
  'a Skip': [(ann) => ann.skip(), 'skip', 'WAITING'],
  'an End': [(ann) => ann.end(), 'end', 'IDLE'],
  'the end of the session': [(ann) => ann.stop(), 'end', 'IDLE'],
  erasing: [(ann) => ann.visit('DELETE', '/api/me'), 'end', 'IDLE'],
};

describe('a text round', () => {
  isAStory();

  for (const [what, [exit, reason, state]] of Object.entries(exits))
    it(`is ended by ${what}, as a video round is`, async () => {
      const [ann, bob] = await writing();
      await bob.say('Hello');
      await exit(ann);
      expect(await roundOf(bob)).to.include({ status: 'completed', end_reason: reason, ended_by: ann.id });
      if (what !== 'erasing') expect((await statesOf(ann))[0]).to.equal(state);
      expect((await statesOf(bob))[0]).to.equal('DISCONNECTING');
      expect((await bob.poll()).notice).to.not.equal(null);
      expect((await bob.poll()).state).to.equal('WAITING');
    });
});
