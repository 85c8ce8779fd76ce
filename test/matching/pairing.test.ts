import { expect } from 'chai';
import fc from 'fast-check';
import { compatibility, type Person } from '#core/matching/compatibility.ts';
import { pair, type Pair } from '#core/matching/pairing.ts';
import { rarityOf } from '#core/matching/rarity.ts';
import { population } from '#test/bench/population.ts';
import { anyPool } from './anybody.ts';
import { somebody } from './somebody.ts';

const nowMs = 60_000;
const rarity = rarityOf([]);

const names = (pairs: Pair[]) => pairs.map(({ a, b }) => [a.userId, b.userId].sort().join(' + ')).sort();

const partnerOf = (person: Person, pairs: Pair[]) => {
  const found = pairs.find(({ a, b }) => a === person || b === person);
  return found && (found.a === person ? found.b : found.a);
};

/** All who could still be paired with each other after a wave. */
function leftTogether(pool: Person[], pairs: Pair[]): [Person, Person][] {
  const taken = new Set(pairs.flatMap(({ a, b }) => [a, b]));
  const left = pool.filter((person) => !taken.has(person) && person.cooldownUntilMs <= nowMs);
  return left.flatMap((a, k) =>
    left.slice(k + 1).flatMap((b) => (compatibility(a, b, rarity) ? [[a, b] as [Person, Person]] : [])),
  );
}

describe('pairing', () => {
  describe('whoever waits', () => {
    it('two who may meet are paired at once, however little they share', () => {
      expect(pair([somebody({ age: 18 }), somebody({ age: 99 })], { nowMs })).to.have.length(1);
    });

    it('nobody is paired twice, and nobody with somebody they must not meet', () => {
      fc.assert(
        fc.property(anyPool, (pool) => {
          const pairs = pair(pool, { nowMs });
          const paired = pairs.flatMap(({ a, b }) => [a.userId, b.userId]);
          expect(new Set(paired).size).to.equal(paired.length);
          for (const { a, b } of pairs) expect(compatibility(a, b, rarity)).to.not.equal(null);
        }),
      );
    });

    it('nobody is paired during a cooldown', () => {
      fc.assert(
        fc.property(anyPool, (pool) => {
          for (const { a, b } of pair(pool, { nowMs }))
            expect(Math.max(a.cooldownUntilMs, b.cooldownUntilMs)).to.be.at.most(nowMs);
        }),
      );
      const cooling = somebody({ cooldownUntilMs: nowMs + 1 });
      expect(pair([cooling, somebody()], { nowMs })).to.have.length(0);
      expect(pair([cooling, somebody()], { nowMs: nowMs + 1 })).to.have.length(1);
    });

    it('no two who may meet are both left waiting', () => {
      fc.assert(
        fc.property(anyPool, (pool) => {
          expect(leftTogether(pool, pair(pool, { nowMs }))).to.deep.equal([]);
        }),
      );
    });

    it('nor in a pool of thousands', () => {
      const pool = population(3000, { seed: 11, met: 5, women: 0.4 });
      expect(leftTogether(pool, pair(pool, { nowMs })).length).to.equal(0);
    });

    it('does not matter in which order they stand in the pool', () => {
      fc.assert(
        fc.property(
          anyPool.chain((pool) =>
            fc.tuple(fc.constant(pool), fc.shuffledSubarray(pool, { minLength: pool.length })),
          ),
          ([pool, shuffled]) => {
            expect(names(pair(shuffled, { nowMs }))).to.deep.equal(names(pair(pool, { nowMs })));
          },
        ),
      );
    });

    it('the same seed decides the same, another seed may break ties otherwise', () => {
      const alike = Array.from({ length: 6 }, () => somebody());
      const decided = (seed: number) => names(pair(alike, { nowMs, seed })).join();
      expect(decided(1)).to.equal(decided(1));
      expect(new Set([1, 2, 3, 4, 5, 6, 7, 8].map(decided)).size).to.be.greaterThan(1);
    });

    it('may be nobody, or alone', () => {
      expect(pair([], { nowMs })).to.deep.equal([]);
      expect(pair([somebody()], { nowMs })).to.deep.equal([]);
    });
  });

  describe('chooses', () => {
    it('as many pairs as possible before the best one', () => {
      // b and c would be the best pair, but a can only meet b and d only c.
      const topics = { interests: ['jazz', 'go', 'tea'] };
      const [b, c] = [somebody(topics), somebody(topics)];
      const a = somebody({ minAge: 90, age: 40 });
      const d = somebody({ minAge: 90, age: 40 });
      b.age = c.age = 95;
      a.avoid = new Set([c.userId]);
      d.avoid = new Set([b.userId]);
      const pairs = pair([a, b, c, d], { nowMs });
      expect(pairs).to.have.length(2);
      expect(partnerOf(a, pairs)).to.equal(b);
    });

    it('the best sum of scores among as many pairs', () => {
      const [jazz1, jazz2] = [
        somebody({ interests: ['jazz'], waitingSinceMs: nowMs }),
        somebody({ interests: ['jazz'], waitingSinceMs: nowMs }),
      ];
      const [go1, go2] = [
        somebody({ interests: ['go'], waitingSinceMs: nowMs }),
        somebody({ interests: ['go'], waitingSinceMs: nowMs }),
      ];
      const pairs = pair([jazz1, go1, go2, jazz2], { nowMs });
      expect(partnerOf(jazz1, pairs)).to.equal(jazz2);
      expect(partnerOf(go1, pairs)).to.equal(go2);
    });

    it('the longest waiting, when not all can be paired', () => {
      const woman = somebody({ genders: ['man'], waitingSinceMs: nowMs });
      const men = [3, 1, 2].map((minute) =>
        somebody({ gender: 'man', genders: ['woman'], waitingSinceMs: -minute * 60_000 }),
      );
      expect(partnerOf(woman, pair([...men, woman], { nowMs }))).to.equal(men[0]);
    });

    it('the higher plan, between two who have waited equally long', () => {
      const woman = somebody({ genders: ['man'] });
      const [free, plus] = [0, 10].map((priority) =>
        somebody({ gender: 'man', genders: ['woman'], priority }),
      );
      expect(partnerOf(woman, pair([free!, plus!, woman], { nowMs }))).to.equal(plus);
    });
  });

  describe('relaxes', () => {
    // Two women and two men: the women like jazz, and so does one man.
    const four = (waitingSinceMs: number) => {
      const women = [0, 1].map((k) =>
        somebody({ genders: ['man'], interests: ['jazz'], waitingSinceMs: k === 0 ? waitingSinceMs : nowMs }),
      );
      const fan = somebody({ gender: 'man', genders: ['woman'], interests: ['jazz'], waitingSinceMs: nowMs });
      return { patient: women[0]!, fresh: women[1]!, fan, pool: [...women, fan] };
    };

    it('whoever has waited past relaxing takes anybody, and leaves the choice to the fresh', () => {
      const plain = somebody({ gender: 'man', genders: ['woman'], waitingSinceMs: nowMs });
      const { patient, fresh, fan, pool } = four(nowMs - 120_000);
      patient.age = 31;
      const pairs = pair([...pool, plain], { nowMs, relaxAfterSeconds: 30 });
      expect(partnerOf(fresh, pairs)).to.equal(fan);
      expect(partnerOf(patient, pairs)).to.equal(plain);
    });

    it('but never what is forbidden, however long they wait', () => {
      const hour = 3_600_000;
      const old = { waitingSinceMs: nowMs - 24 * hour };
      const apart: [Partial<Person>, Partial<Person>][] = [
        [{ minAge: 40 }, { age: 39 }],
        [{ genders: ['man'] }, { gender: 'woman' }],
        [{ maxDistanceKm: 50, cell: 'u33dc' }, { cell: 'u1x0e' }],
        [{ mode: 'text' }, { mode: 'video' }],
        [{ deviceId: 'tablet' }, { deviceId: 'tablet' }],
        [{ avoid: new Set(['them']) }, { userId: 'them' }],
      ];
      for (const [a, b] of apart)
        expect(
          pair([somebody({ ...a, ...old }), somebody({ ...b, ...old })], { nowMs, relaxAfterSeconds: 1 }),
        ).to.deep.equal([]);
    });
  });

  it('tells with each pair what was shared, and in which mode they meet', () => {
    const [a, b] = [
      somebody({ interests: ['jazz'], mode: 'both' }),
      somebody({ interests: ['Jazz'], mode: 'text' }),
    ];
    const [{ compatibility: fit } = { compatibility: null }] = pair([a, b], { nowMs });
    expect(fit?.topics).to.deep.equal(['Jazz']);
    expect(fit?.mode).to.equal('text');
    expect(fit?.score).to.be.within(1, 100);
  });
});
