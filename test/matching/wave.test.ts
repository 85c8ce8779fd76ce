import { expect } from 'chai';
import { clock } from '#core/clock.ts';
import { rules } from '#core/rules.ts';
import type { CreateGuest } from '#core/wire/account.ts';
import type { StartBody } from '#core/wire/matching.ts';
import { sql } from '#db/postgres.ts';
import { redis } from '#db/redis.ts';
import {
  deciding,
  isAStory,
  paired,
  passTime,
  person,
  runWave,
  statesOf,
  talking,
  type Player,
} from '../cast.ts';

/** Two new people with these profiles, who look for this. */
async function looking(
  [one, wants]: [Partial<CreateGuest>, StartBody],
  [other, wishes]: [Partial<CreateGuest>, StartBody],
): Promise<[Player, Player]> {
  const [ann, bob] = [await person(one), await person(other)];
  await ann.start(wants);
  await bob.start(wishes);
  await Promise.all([ann.poll(), bob.poll()]);
  return [ann, bob];
}

const born = (age: number): string => {
  const now = clock.now();
  return new Date(Date.UTC(now.getUTCFullYear() - age, 0, 1)).toISOString().slice(0, 10);
};
const berlin = { latitude: 52.52, longitude: 13.4 };
const potsdam = { latitude: 52.39, longitude: 13.06 }; // 27 km away
const tokyo = { latitude: 35.68, longitude: 139.69 };

type Side = [Partial<CreateGuest>, StartBody];
/** Each filter: who sets it, whom it keeps away, and who passes it. */
const filters: Record<string, { sets: Side; kept: Side; passes: Side }> = {
  'the least age': {
    sets: [{ birth_date: born(40) }, { min_age: 35 }],
    kept: [{ birth_date: born(34) }, {}],
    passes: [{ birth_date: born(35) }, {}],
  },
  'the greatest age': {
    sets: [{ birth_date: born(30) }, { max_age: 35 }],
    kept: [{ birth_date: born(36) }, {}],
    passes: [{ birth_date: born(35) }, {}],
  },
  'the gender': {
    sets: [{ gender: 'woman' }, { genders: ['man', 'nonbinary'] }],
    kept: [{ gender: 'woman' }, {}],
    passes: [{ gender: 'nonbinary' }, {}],
  },
  'the distance': {
    sets: [{ location: berlin }, { max_distance_km: 60 }],
    kept: [{ location: tokyo }, {}],
    passes: [{ location: potsdam }, {}],
  },
  'a distance that cannot be measured': {
    sets: [{ location: berlin }, { max_distance_km: 20_000 }],
    kept: [{}, {}],
    passes: [{ location: tokyo }, {}],
  },
  'the mode': {
    sets: [{}, { mode: 'text' }],
    kept: [{}, { mode: 'video' }],
    passes: [{}, { mode: 'both' }],
  },
};

describe('a wave', () => {
  isAStory();

  for (const [filter, { sets, kept, passes }] of Object.entries(filters)) {
    it(`keeps ${filter} that the one who came first has set`, async () => {
      await looking(sets, kept);
      expect(await runWave()).to.deep.equal([]);
    });
    it(`keeps ${filter} that the one who came second has set`, async () => {
      await looking(kept, sets);
      expect(await runWave()).to.deep.equal([]);
    });
    it(`pairs across ${filter} whoever fits`, async () => {
      await looking(sets, passes);
      expect(await runWave()).to.have.length(1);
    });
  }

  it('resolves `both` to the mode that the other wants, and two of them to video', async () => {
    const modes = [
      ['both', 'text', 'text'],
      ['video', 'both', 'video'],
      ['both', 'both', 'video'],
    ] as const;
    for (const [mine, yours, mode] of modes) {
      const [ann, bob] = await looking([{}, { mode: mine }], [{}, { mode: yours }]);
      await runWave();
      expect((await ann.poll()).match_data?.mode).to.equal(mode);
      for (const one of [ann, bob]) await one.stop();
    }
  });

  it('never pairs a device with itself', async () => {
    const [ann, bob] = await looking([{}, {}], [{}, {}]);
    const comesTo = (device: string) =>
      sql('UPDATE journeys SET device_id = $2 WHERE user_id = $1', [bob.id, device]);
    await comesTo(ann.me.deviceId);
    expect(await runWave()).to.deep.equal([]);
    await comesTo(bob.me.deviceId);
  });

  it('pairs only whoever was heard of within fifteen seconds', async () => {
    const [, bob] = await looking([{}, {}], [{}, {}]);
    await passTime(rules.activeWithinSeconds + 1, { polling: [bob] });
    expect(await runWave()).to.deep.equal([]);
  });

  it('pairs whoever holds a request, however long ago it came', async () => {
    const [ann, bob] = await looking([{}, {}], [{}, {}]);
    const held = await ann.hold({ wait: 20 });
    await passTime(rules.activeWithinSeconds + 3, { polling: [bob] });
    expect(await runWave()).to.have.length(1);
    expect((await held.answer).match_found).to.equal(true);
  });

  it('asks once more who is there when the choice has taken long', async () => {
    await looking([{}, {}], [{}, {}]);
    const ask = redis.zmscore.bind(redis);
    let asked = 0;
    Reflect.set(redis, 'zmscore', async (...args: Parameters<typeof ask>) => {
      const answer = await ask(...args);
      if ((asked += 1) === 1) clock.advance((rules.activeWithinSeconds + 1) * 1000);
      return answer;
    });
    try {
      expect(await runWave()).to.deep.equal([]);
      expect(asked).to.equal(2);
    } finally {
      Reflect.deleteProperty(redis, 'zmscore');
    }
  });
});

describe('whoever has met', () => {
  isAStory();

  /** Nobody of these is paired with the other, though both wait and are there. */
  async function areKeptApart(ann: Player, bob: Player): Promise<void> {
    for (const one of [ann, bob]) {
      if ((await statesOf(one))[0] === 'IDLE') await one.start();
      for (const _ of ['told', 'seen']) await one.poll();
    }
    expect(await statesOf(ann, bob)).to.deep.equal(['WAITING', 'WAITING']);
    expect(await runWave()).to.deep.equal([]);
  }
  const anew = async (...people: Player[]) => {
    for (const one of people) await one.start();
  };

  it('is not offered again while the session of either lasts, also as a new guest on the same device', async () => {
    const [ann, bob] = await talking();
    await bob.skip();
    await areKeptApart(ann, bob);
    await anew(bob);
    await areKeptApart(ann, bob);

    await bob.stop();
    const bobAgain = await person({ device_token: bob.deviceToken });
    await areKeptApart(ann, bobAgain);
    await anew(ann);
    await paired(ann, bobAgain);
  });

  it('may meet again in new sessions of both', async () => {
    const [ann, bob] = await talking();
    await bob.skip();
    await paired(ann, bob);
  });

  it('and was voted against is not offered for thirty days, whatever the session, account or direction', async () => {
    const [ann, bob] = await deciding();
    await ann.decide('skip');
    await bob.decide('continue');
    await anew(ann, bob);
    await areKeptApart(ann, bob);
    await bob.stop();
    const bobAgain = await person({ device_token: bob.deviceToken });
    await areKeptApart(ann, bobAgain);
    await ann.stop();
    const annAgain = await person({ device_token: ann.deviceToken });
    await areKeptApart(annAgain, bobAgain);

    clock.advance(rules.skipMemoryDays * 24 * 3600_000);
    await paired(ann, bob);
  });

  it('and was blocked is never offered, by account and by device, in either direction', async () => {
    const [ann, bob] = await talking();
    await ann.block();
    await anew(ann, bob);
    await areKeptApart(ann, bob);
    await bob.stop();
    const bobAgain = await person({ device_token: bob.deviceToken });
    await areKeptApart(ann, bobAgain);
    await areKeptApart(bobAgain, ann);
    await ann.stop();
    const annAgain = await person({ device_token: ann.deviceToken });
    await areKeptApart(annAgain, bobAgain);
    for (const one of [annAgain, bobAgain]) await one.stop();
    clock.advance(365 * 24 * 3600_000);
    await areKeptApart(ann, bob);
  });
});

describe('whoever has to cool down', () => {
  isAStory();

  const lies: Record<string, (ann: Player, until: Date) => Promise<unknown>> = {
    'on the account': (ann, until) =>
      sql('UPDATE journeys SET cooldown_until = $2 WHERE user_id = $1', [ann.id, until]),
    'on the device': (ann, until) =>
      sql('UPDATE devices SET cooldown_until = $2 WHERE id = $1', [ann.me.deviceId, until]),
  };
  for (const [where, lay] of Object.entries(lies))
    it(`${where} waits, and is paired when it is over`, async () => {
      const [ann, bob] = await looking([{}, {}], [{}, {}]);
      await lay(ann, clock.after(10));
      expect(await runWave()).to.deep.equal([]);
      await passTime(11, { polling: [ann, bob] });
      expect(await runWave()).to.have.length(1);
    });
});
