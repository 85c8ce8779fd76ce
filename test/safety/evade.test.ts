import { expect } from 'chai';
import { signAccessToken } from '#core/accounts/token.ts';
import { clock } from '#core/clock.ts';
import { newId } from '#core/ids.ts';
import { settings } from '#core/settings.ts';
import { sql } from '#db/postgres.ts';
import { openDoor } from '../api/door.ts';
import { deciding, isAStory, journeyOf, person, runWave, talking, type Player } from '../cast.ts';
import { upTo } from '../signalling/letters.ts';

const [first] = settings.skipCooldowns;

/** So many calls that this person leaves at once, in whatever way. */
async function leaveEarly(
  ann: Player,
  times: number,
  leaving: (who: Player) => Promise<unknown>,
): Promise<void> {
  for (const _ of upTo(times)) {
    const [, bob] = await talking(ann, await person());
    await leaving(ann);
    await bob.poll();
    await bob.stop();
  }
}
const cools = async (who: Player): Promise<boolean> => {
  await who.start();
  const { queue } = await who.poll();
  return queue?.cooldown_until !== null;
};

/** What one does not get around by any way of leaving or of coming back. */
describe('the price of leaving early', () => {
  isAStory();

  const ways: Record<string, (who: Player) => Promise<unknown>> = {
    skipping: (who) => who.skip(),
    'End and Start': async (who) => {
      await who.end();
      await who.start();
    },
    'Start in the middle of the call': (who) => who.start(),
    'ending the session': (who) => who.stop(),
  };
  for (const [way, leaving] of Object.entries(ways))
    it(`is paid by ${way} too`, async () => {
      const ann = await person();
      await leaveEarly(ann, first!.exits - 1, leaving);
      expect(await cools(ann)).to.equal(false);
      await leaveEarly(ann, 1, leaving);
      expect(await cools(ann)).to.equal(true);
      const eve = await person();
      await eve.start();
      await eve.poll();
      expect(await runWave(), 'and nobody is paired with them meanwhile').to.be.empty;
      clock.advance(first!.seconds * 1000 + 1);
      await ann.poll();
      await eve.poll();
      expect(await runWave()).to.have.length(1);
      for (const one of [ann, eve]) await one.poll();
    });

  it('is paid by a new guest on the same device, by a second account and after erasing the first', async () => {
    const ann = await person();
    await leaveEarly(ann, first!.exits, (who) => who.skip());
    await ann.stop();
    const guest = await person({ device_token: ann.deviceToken });
    expect(await cools(guest)).to.equal(true);
    await guest.stop();
    await ann.visit('DELETE', '/api/me');
    expect(await cools(await person({ device_token: ann.deviceToken }))).to.equal(true);
  });

  it('is paid on another device of the same account', async () => {
    const ann = await person();
    await leaveEarly(ann, first!.exits, (who) => who.skip());
    const other = { ...ann.me, deviceId: newId() };
    await sql('INSERT INTO devices (id, created_at) VALUES ($1, $2)', [other.deviceId, clock.now()]);
    const token = signAccessToken(other, clock.now());
    const { body } = await openDoor()
      .post('/api/continuous-matching/start')
      .set('Authorization', `Bearer ${token}`)
      .send({});
    expect(body.cooldown_until).to.be.a('string');
  });

  it('is forgotten when a round is finished, for both of the two and on the devices of both', async () => {
    const [ann, bob] = [await person(), await person()];
    for (const one of [ann, bob]) {
      await leaveEarly(one, first!.exits - 1, (who) => who.skip());
      await one.stop();
    }
    await deciding(ann, bob);
    for (const one of [ann, bob]) {
      expect(await journeyOf(one)).to.include({ early_exits: 0 });
      await one.decide('next');
      await one.poll();
      await one.stop();
    }
    for (const { deviceToken } of [ann, bob]) {
      const guest = await person({ device_token: deviceToken });
      await leaveEarly(guest, 1, (who) => who.skip());
      expect(await cools(guest), 'somebody new at the same device').to.equal(false);
      await guest.stop();
    }
  });

  it('is one for one call, however many tabs leave it', async () => {
    const [ann, bob] = await talking();
    await ann.join();
    await Promise.all([ann.skip(), ann.skip(), ann.end()].map((exit) => exit.catch(() => undefined)));
    expect((await journeyOf(ann)).early_exits).to.equal(1);
    await bob.poll();
    await ann.poll();
  });
});
