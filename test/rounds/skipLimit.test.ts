import { expect } from 'chai';
import { clock } from '#core/clock.ts';
import { rules } from '#core/rules.ts';
import { cooldownSeconds } from '#core/rounds/skipLimit.ts';
import { sql } from '#db/postgres.ts';
import {
  connecting,
  deciding,
  isAStory,
  journeyOf,
  passTime,
  person,
  runWave,
  waiting,
  type Player,
} from '../cast.ts';

const deviceOf = async ({ me }: Player) =>
  (await sql<{ early_exits: number }>('SELECT early_exits FROM devices WHERE id = $1', [me.deviceId]))[0];

/** As though Ann had left so many rounds early in a row. */
async function hasLeftEarly(ann: Player, times: number): Promise<void> {
  await sql('UPDATE journeys SET early_exits = $2 WHERE user_id = $1', [ann.id, times]);
}

/** Ann leaves one more round early; when she may be paired again, in seconds from now. */
async function leavesOnce(ann: Player, bob: Player): Promise<number | null> {
  await connecting(ann, bob);
  const { cooldown_until } = await ann.skip();
  return cooldown_until === null
    ? null
    : Math.round((new Date(cooldown_until).getTime() - clock.ms()) / 1000);
}

describe('leaving early', () => {
  isAStory();

  it('costs waiting at the fifth, tenth and fifteenth time in a row, and then at every fifth', () => {
    const costs = Array.from({ length: 30 }, (_, exits) => [exits, cooldownSeconds(exits)]);
    expect(costs.filter(([, seconds]) => seconds !== 0)).to.deep.equal([
      ...[
        [5, 60],
        [10, 300],
        [15, 900],
        [20, 900],
        [25, 900],
      ],
    ]);
  });

  it('follows the steps of SKIP_COOLDOWNS, one or many', () => {
    const once = [{ exits: 3, seconds: 10 }];
    expect([1, 2, 3, 4, 5, 6, 9].map((exits) => cooldownSeconds(exits, once))).to.deep.equal([
      0, 0, 10, 0, 0, 10, 10,
    ]);
    expect(cooldownSeconds(100, [])).to.equal(0);
  });

  it('is counted one by one, on the account and on the device', async () => {
    const [ann, bob] = [await person(), await person()];
    for (let exits = 1; exits < 5; exits += 1) {
      expect(await leavesOnce(ann, bob)).to.equal(null);
      expect([(await journeyOf(ann)).early_exits, (await deviceOf(ann))?.early_exits]).to.deep.equal([
        exits,
        exits,
      ]);
    }
    expect(await leavesOnce(ann, bob)).to.equal(60);
    expect((await journeyOf(bob)).early_exits).to.equal(0);
  });

  for (const { exits, seconds } of rules.skipCooldowns)
    it(`for the ${exits}th time in a row makes one unpairable for ${seconds} seconds, and no longer`, async () => {
      const [ann, bob] = [await person(), await person()];
      await hasLeftEarly(ann, exits - 1);
      expect(await leavesOnce(ann, bob)).to.equal(seconds);

      await waiting(ann, bob);
      const { queue } = await ann.poll();
      expect(new Date(queue!.cooldown_until!).getTime() - clock.ms()).to.be.closeTo(seconds * 1000, 1000);
      clock.advance((seconds - 3) * 1000);
      await passTime(1, { polling: [ann, bob] });
      expect(await runWave()).to.deep.equal([]);
      await passTime(3, { polling: [ann, bob] });
      expect(await runWave()).to.have.length(1);
      expect((await ann.poll()).match_found).to.equal(true);
    });

  it('never refuses the Skip itself', async () => {
    const [ann, bob] = [await person(), await person()];
    await hasLeftEarly(ann, 4);
    expect(await leavesOnce(ann, bob)).to.equal(60);
    clock.advance(61_000);
    expect(await leavesOnce(ann, bob), 'the cooldown of before is over').to.equal(null);
  });

  it('follows the device: a new guest on it gains nothing', async () => {
    const [ann, bob] = [await person(), await person()];
    await hasLeftEarly(ann, 4);
    await leavesOnce(ann, bob);
    await ann.stop();
    const annAgain = await person({ device_token: ann.deviceToken });
    await waiting(annAgain, bob);
    expect(await runWave()).to.deep.equal([]);
    clock.advance(61_000);
    await hasLeftEarly(ann, 0);
    await sql('UPDATE devices SET early_exits = 9 WHERE id = $1', [ann.me.deviceId]);
    expect(await leavesOnce(annAgain, bob)).to.equal(300);
  });

  it('is forgotten when a round was played to its end, on the device too', async () => {
    const [ann, bob] = [await person(), await person()];
    await leavesOnce(ann, bob);
    await leavesOnce(ann, bob);
    await deciding(ann, bob);
    expect([(await journeyOf(ann)).early_exits, (await deviceOf(ann))?.early_exits]).to.deep.equal([0, 0]);
  });
});
