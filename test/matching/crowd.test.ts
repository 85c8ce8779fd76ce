import { expect } from 'chai';
import fc from 'fast-check';
import ngeohash from 'ngeohash';
import { compatibility, type Person } from '#core/matching/compatibility.ts';
import { type Crowd, createCrowd } from '#core/matching/crowd.ts';
import { rarityOf } from '#core/matching/rarity.ts';
import { rules } from '#core/rules.ts';
import { generator, population } from '#test/bench/population.ts';
import { anybody } from './anybody.ts';
import { somebody } from './somebody.ts';

const { holdMs, holdFor, dryMs } = rules.matching;
const nobodyCounted = rarityOf([]);

/** A crowd into which so many come, one every few milliseconds, who may all meet each other. */
function busy(arrivals: number, everyMs: number) {
  const crowd = createCrowd();
  const people = Array.from({ length: arrivals }, (_, k) => somebody({ waitingSinceMs: k * everyMs }));
  for (const person of people) crowd.put(person);
  return { crowd, people, lastMs: (arrivals - 1) * everyMs };
}

describe('the crowd', () => {
  it('idle, pairs two at once', () => {
    const crowd = createCrowd();
    crowd.put(somebody({ waitingSinceMs: 0 }));
    expect(crowd.wave({ nowMs: 0 })).to.deep.equal({ pairs: [], againAtMs: null });
    crowd.put(somebody({ waitingSinceMs: 5000 }));
    expect(crowd.wave({ nowMs: 5000 }).pairs).to.have.length(1);
    expect(crowd.size()).to.equal(0);
  });

  it('under a flow of people, holds newcomers for somebody better, and says when to look again', () => {
    const { crowd, lastMs } = busy(holdFor, 10);
    const wave = crowd.wave({ nowMs: lastMs });
    expect(wave.pairs).to.deep.equal([]);
    expect(wave.againAtMs).to.be.within(lastMs + 1, lastMs + rules.coalesceMs);
  });

  it('holds nobody longer than the hold', () => {
    const { crowd, people, lastMs } = busy(400, 5);
    const paired = crowd.wave({ nowMs: lastMs }).pairs.flatMap(({ a, b }) => [a, b]);
    const overdue = people.filter(({ waitingSinceMs }) => waitingSinceMs <= lastMs - holdMs);
    expect(overdue).to.have.length.greaterThan(100);
    expect(paired).to.include.members(overdue);
    expect(paired.length).to.be.lessThan(people.length);
  });

  it('decides at once for whoever nothing better can be expected', () => {
    const { crowd, lastMs } = busy(200, 5);
    const best = {
      interests: ['falconry', 'go', 'tea'],
      cell: 'u33dc',
      seniority: 'mid',
      priority: 10,
    } as const;
    const [a, b] = [0, 1].map(() => somebody({ ...best, waitingSinceMs: lastMs }));
    crowd.wave({ nowMs: lastMs + 900 });
    for (let k = 0; k < 3; k++) {
      for (const person of busy(100, 5).people) crowd.put({ ...person, waitingSinceMs: lastMs });
      crowd.wave({ nowMs: lastMs, hold: false });
    }
    for (let k = 0; k < holdFor; k++) crowd.put(somebody({ waitingSinceMs: lastMs }));
    crowd.put(a!);
    crowd.put(b!);
    const [first, ...others] = crowd.wave({ nowMs: lastMs }).pairs;
    expect([first?.a, first?.b]).to.have.members([a, b]);
    expect(others).to.deep.equal([]);
  });

  it('decides for everybody as soon as the flow dries up', () => {
    const { crowd, people, lastMs } = busy(400, 1);
    const { pairs } = crowd.wave({ nowMs: lastMs + dryMs });
    expect(pairs).to.have.length(people.length / 2);
  });

  it('is not held by arrivals that lie in the future', () => {
    const crowd = createCrowd();
    for (let k = 0; k < 60; k++) crowd.put(somebody({ waitingSinceMs: 20_000 }));
    const { againAtMs } = crowd.wave({ nowMs: 0 });
    expect(againAtMs).to.be.at.most(rules.coalesceMs);
    expect(crowd.wave({ nowMs: holdMs }).pairs).to.have.length(30);
  });

  it('decides for everybody when told not to hold', () => {
    const { crowd, people, lastMs } = busy(400, 1);
    expect(crowd.wave({ nowMs: lastMs, hold: false }).pairs).to.have.length(people.length / 2);
  });

  it('looks again when the first cooldown is over', () => {
    const crowd = createCrowd();
    crowd.put(somebody({ cooldownUntilMs: 9000 }));
    crowd.put(somebody({ cooldownUntilMs: 7000 }));
    crowd.put(somebody());
    expect(crowd.wave({ nowMs: 0 })).to.deep.equal({ pairs: [], againAtMs: 7000 });
    expect(crowd.wave({ nowMs: 7000 }).pairs).to.have.length(1);
    expect(crowd.size()).to.equal(1);
  });

  it('never pairs whoever has left', () => {
    const crowd = createCrowd();
    const [a, b] = [somebody(), somebody()];
    crowd.put(a);
    crowd.put(b);
    crowd.remove(a.userId);
    expect(crowd.has(a.userId)).to.equal(false);
    expect(crowd.wave({ nowMs: 0 }).pairs).to.deep.equal([]);
    expect(crowd.has(b.userId)).to.equal(true);
  });

  it('takes a person as they are now, not as they first came', () => {
    const crowd = createCrowd();
    const [a, b] = [somebody(), somebody({ gender: 'man', genders: ['woman'] })];
    crowd.put({ ...a, genders: ['woman'] });
    crowd.put(b);
    expect(crowd.wave({ nowMs: 0 }).pairs).to.deep.equal([]);
    crowd.put({ ...a, genders: ['man'], version: 2 });
    expect(crowd.wave({ nowMs: 0 }).pairs.map(({ a, b }) => a.version + b.version)).to.deep.equal([3]);
  });

  it('finds for an old waiter whoever is freed of a block between waves', () => {
    const crowd = createCrowd();
    const [a, b] = [somebody(), somebody()];
    crowd.put({ ...a, avoid: new Set([b.userId]) });
    crowd.put(b);
    expect(crowd.wave({ nowMs: 0 }).pairs).to.deep.equal([]);
    crowd.put(a);
    expect(crowd.wave({ nowMs: 1 }).pairs).to.have.length(1);
  });

  it('finds the only one who fits at the other end of the world, past hundreds of regions', () => {
    const crowd = createCrowd();
    const women = Array.from({ length: 400 }, (_, k) =>
      somebody({ genders: ['man'], minAge: 50, cell: ngeohash.encode(60 - k / 4, k * 0.9 - 180, 5) }),
    );
    for (const woman of women) crowd.put(woman);
    expect(crowd.wave({ nowMs: 5000 }).pairs).to.deep.equal([]);
    crowd.put(somebody({ gender: 'man', genders: ['woman'], age: 60, minAge: 31, cell: 'rckq2' }));
    women[7] = { ...women[7]!, age: 31 };
    crowd.put(women[7]);
    expect(crowd.wave({ nowMs: 5000 }).pairs.flatMap(({ a, b }) => [a, b])).to.include(women[7]);
  });

  it('takes back whoever could not be told, with their place', () => {
    const crowd = createCrowd();
    const men = [0, 1].map((k) =>
      somebody({ gender: 'man', genders: ['woman'], waitingSinceMs: k * 30_000 }),
    );
    for (const man of men) crowd.put(man);
    crowd.put(somebody({ genders: ['man'], waitingSinceMs: 60_000 }));
    const [lost] = crowd.wave({ nowMs: 60_000 }).pairs;
    expect([lost?.a, lost?.b]).to.include(men[0]);
    crowd.put(men[0]!);
    crowd.put(somebody({ genders: ['man'], waitingSinceMs: 61_000 }));
    const [found] = crowd.wave({ nowMs: 61_000 }).pairs;
    expect([found?.a, found?.b]).to.include(men[0]);
  });

  it('whatever comes and goes: nobody twice, nobody forbidden, no two left who have both waited over 5 s', () => {
    const step = fc.record({
      come: fc.array(anybody, { maxLength: 12 }),
      go: fc.subarray(
        Array.from({ length: 40 }, (_, k) => `u${k}`),
        { maxLength: 4 },
      ),
      afterMs: fc.constantFrom(10, 50, 1000, 6000),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
        const crowd = createCrowd();
        const present = new Map<string, Person>();
        let nowMs = 0;
        for (const { come, go, afterMs } of steps) {
          nowMs += afterMs;
          for (const person of come) {
            const arrived = { ...person, waitingSinceMs: nowMs, cooldownUntilMs: 0 };
            present.set(person.userId, arrived);
            crowd.put(arrived);
          }
          for (const userId of go) {
            present.delete(userId);
            crowd.remove(userId);
          }
          expectSound(crowd, present, nowMs);
        }
      }),
    );
  });

  it('nor in a flow of thousands, some of whom leave', () => {
    const crowd = createCrowd();
    const present = new Map<string, Person>();
    const random = generator(4);
    const people = population(6000, { seed: 8, met: 20, women: 0.42 });
    let nowMs = 0;
    while (people.length > 0) {
      nowMs += 50;
      for (const person of people.splice(0, nowMs < 5000 ? 45 : 20)) {
        const arrived = { ...person, waitingSinceMs: nowMs };
        present.set(person.userId, arrived);
        crowd.put(arrived);
      }
      for (const userId of present.keys()) {
        if (random() > 0.002) continue;
        present.delete(userId);
        crowd.remove(userId);
      }
      expectSound(crowd, present, nowMs);
    }
  });

  it('admits a multitude in portions, so that no wave is long', () => {
    const crowd = createCrowd();
    const people = population(rules.matching.newcomersPerWave + 500, { seed: 2 });
    for (const person of people) crowd.put(person);
    const first = crowd.wave({ nowMs: 60_000 });
    expect(first.againAtMs).to.equal(60_000);
    const second = crowd.wave({ nowMs: 60_000 });
    expect(second.againAtMs).to.equal(null);
    expect(second.pairs.length).to.be.greaterThan(0);
  });
});

/** Runs a wave, and checks what must hold after any. */
function expectSound(crowd: Crowd, present: Map<string, Person>, nowMs: number) {
  for (const { a, b } of crowd.wave({ nowMs }).pairs) {
    for (const person of [a, b]) {
      expect(present.get(person.userId)).to.equal(person);
      present.delete(person.userId);
    }
    expect(compatibility(a, b, nobodyCounted)).to.not.equal(null);
  }
  expect(crowd.size()).to.equal(present.size);
  const patient = [...present.values()].filter(
    ({ waitingSinceMs }) => waitingSinceMs <= nowMs - rules.mutualWaitSeconds * 1000,
  );
  for (const [k, a] of patient.entries())
    for (const b of patient.slice(k + 1))
      if (compatibility(a, b, nobodyCounted)) expect.fail(`${a.userId} and ${b.userId} were left waiting`);
}
