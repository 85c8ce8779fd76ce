import { expect } from 'chai';
import fc from 'fast-check';
import { compatibility, type Person } from '#core/matching/compatibility.ts';
import { rarityOf } from '#core/matching/rarity.ts';
import { createRoster } from '#core/matching/roster.ts';
import { rules } from '#core/rules.ts';
import { anybody } from './anybody.ts';
import { somebody } from './somebody.ts';

const nobodyCounted = rarityOf([]);
const meet = (a: Person, b: Person) => compatibility(a, b, nobodyCounted);

// Geohashes: Berlin Mitte, Berlin Charlottenburg (6 km), Potsdam (27 km), Hamburg (255 km).
const [mitte, charlottenburg, potsdam, hamburg] = ['u33dc', 'u336x', 'u334r', 'u1x0e'] as const;

/** Asserts that a pair is forbidden, whichever of the two is asked first. */
function expectForbidden(a: Person, b: Person) {
  expect(meet(a, b)).to.equal(null);
  expect(meet(b, a)).to.equal(null);
}

function expectAllowed(a: Person, b: Person) {
  expect(meet(a, b)).to.not.equal(null);
  expect(meet(b, a)).to.not.equal(null);
}

describe('compatibility', () => {
  describe('forbids', () => {
    it('meeting oneself', () => {
      const a = somebody();
      expectForbidden(a, a);
      expectForbidden(a, somebody({ userId: a.userId }));
    });

    it('two people on one device', () => {
      expectForbidden(somebody({ deviceId: 'tablet' }), somebody({ deviceId: 'tablet' }));
    });

    it('a video search and a text search', () => {
      expectForbidden(somebody({ mode: 'video' }), somebody({ mode: 'text' }));
    });

    it('somebody younger than either wants', () => {
      expectForbidden(somebody({ age: 29 }), somebody({ minAge: 30 }));
      expectAllowed(somebody({ age: 30 }), somebody({ minAge: 30 }));
    });

    it('somebody older than either wants', () => {
      expectForbidden(somebody({ age: 41 }), somebody({ maxAge: 40 }));
      expectAllowed(somebody({ age: 40 }), somebody({ maxAge: 40 }));
    });

    it('a minor, whatever the other accepts', () => {
      expectForbidden(somebody({ age: 17, minAge: 0 }), somebody({ minAge: 0 }));
      expectForbidden(somebody({ age: 17, minAge: 0 }), somebody({ age: 17, minAge: 0 }));
      expectAllowed(somebody({ age: 18 }), somebody());
    });

    it('a gender that either does not look for', () => {
      expectForbidden(somebody({ gender: 'man' }), somebody({ gender: 'woman', genders: ['woman'] }));
      expectAllowed(somebody({ gender: 'man' }), somebody({ gender: 'woman', genders: ['woman', 'man'] }));
    });

    it('one-sided interest: each must look for the other', () => {
      const man = somebody({ gender: 'man', genders: ['woman'] });
      expectForbidden(man, somebody({ gender: 'woman', genders: ['woman'] }));
      expectAllowed(man, somebody({ gender: 'woman', genders: ['man'] }));
    });

    it('somebody farther away than either wants', () => {
      expectForbidden(somebody({ cell: mitte, maxDistanceKm: 200 }), somebody({ cell: hamburg }));
      expectAllowed(somebody({ cell: mitte, maxDistanceKm: 300 }), somebody({ cell: hamburg }));
      expectAllowed(somebody({ cell: mitte, maxDistanceKm: 1 }), somebody({ cell: mitte }));
    });

    it('somebody whose distance cannot be measured, if either has a limit', () => {
      expectForbidden(somebody({ cell: mitte, maxDistanceKm: 50 }), somebody({ cell: null }));
      expectForbidden(somebody({ cell: null, maxDistanceKm: 50 }), somebody({ cell: mitte }));
      expectAllowed(somebody({ cell: mitte }), somebody({ cell: null }));
    });

    it('whoever is on the list of either, by account or by device', () => {
      const a = somebody();
      expectForbidden(a, somebody({ avoid: new Set([a.userId]) }));
      expectForbidden(a, somebody({ avoid: new Set([a.deviceId]) }));
      expectAllowed(a, somebody({ avoid: new Set(['somebody else']) }));
    });
  });

  describe('settles the mode', () => {
    it('both and both meet on video', () => {
      expect(meet(somebody({ mode: 'both' }), somebody({ mode: 'both' }))?.mode).to.equal('video');
    });

    it('both takes what the other searches', () => {
      expect(meet(somebody({ mode: 'both' }), somebody({ mode: 'text' }))?.mode).to.equal('text');
      expect(meet(somebody({ mode: 'video' }), somebody({ mode: 'both' }))?.mode).to.equal('video');
    });
  });

  describe('scores', () => {
    const points = (a: Partial<Person>, b: Partial<Person>) => {
      const fit = meet(somebody(a), somebody(b));
      if (!fit) throw new Error('they may not meet');
      return fit.parts;
    };

    it('the same for both sides', () => {
      fc.assert(
        fc.property(anybody, anybody, (a, b) => {
          expect(compatibility(a, b, rarityOf([a, b]))).to.deep.equal(compatibility(b, a, rarityOf([a, b])));
        }),
      );
    });

    it('from 0 to 100, as the sum of parts that keep within their limits', () => {
      fc.assert(
        fc.property(anybody, anybody, (a, b) => {
          const fit = meet(a, b);
          fc.pre(fit !== null);
          const { interests, location, age, priority, personality } = fit.parts;
          expect(fit.score).to.be.closeTo(interests + location + age + priority + personality, 0.3);
          expect(fit.score).to.be.within(0, 100);
          expect(interests).to.be.within(0, rules.score.interests);
          expect(location).to.be.within(0, rules.score.location);
          expect(age).to.be.within(0, rules.score.age);
          expect(priority).to.be.within(0, rules.score.priority);
        }),
      );
    });

    it('a shared interest higher than none, two higher than one', () => {
      const jazz = points({ interests: ['jazz'] }, { interests: ['jazz'] });
      const both = points({ interests: ['jazz', 'go'] }, { interests: ['go', 'jazz'] });
      const neither = points({ interests: ['jazz'] }, { interests: ['go'] });
      expect(jazz.interests).to.be.greaterThan(neither.interests);
      expect(both.interests).to.be.greaterThan(jazz.interests);
    });

    it('a rare interest higher than a common one', () => {
      const [a, b] = [somebody({ interests: ['films'] }), somebody({ interests: ['films'] })];
      const [c, d] = [somebody({ interests: ['falconry'] }), somebody({ interests: ['falconry'] })];
      const rarity = rarityOf([c, d, ...Array.from({ length: 500 }, () => a)]);
      const [films, falconry] = [compatibility(a, b, rarity), compatibility(c, d, rarity)];
      expect(falconry?.parts.interests).to.be.greaterThan(films?.parts.interests ?? Infinity);
    });

    it('an interest that one asked for and the other has', () => {
      const met = points({ preferredInterests: ['chess'] }, { interests: ['chess'] });
      const missed = points({ preferredInterests: ['chess'] }, { interests: ['boxing'] });
      expect(met.interests).to.be.greaterThan(missed.interests);
    });

    it('a shared interest that was also asked for higher than one merely shared', () => {
      const asked = points({ interests: ['chess'], preferredInterests: ['chess'] }, { interests: ['chess'] });
      const shared = points({ interests: ['chess'] }, { interests: ['chess'] });
      expect(asked.interests).to.be.greaterThan(shared.interests);
    });

    it('nearer levels of seniority higher, within the points for interests', () => {
      const same = points({ seniority: 'senior' }, { seniority: 'senior' });
      const near = points({ seniority: 'senior' }, { seniority: 'lead' });
      const far = points({ seniority: 'student' }, { seniority: 'executive' });
      expect(same.interests).to.equal(rules.matching.seniorityPoints);
      expect(near.interests).to.be.within(far.interests + 0.1, same.interests - 0.1);
    });

    it('the nearer cell higher, in steps that do not tell how near', () => {
      const at = (cell: string) => points({ cell: mitte }, { cell }).location;
      expect(at(mitte)).to.equal(rules.score.location);
      expect(at(charlottenburg)).to.equal(at(mitte));
      expect(at(potsdam)).to.be.within(at(hamburg) + 0.1, at(mitte) - 0.1);
    });

    it('only the cell of five characters, however precise the place was', () => {
      expect(
        meet(somebody({ cell: `${mitte}xyz` }), somebody({ cell: `${mitte}123` }))?.parts.location,
      ).to.equal(rules.score.location);
    });

    it('across the antimeridian as across any other', () => {
      // Taveuni in Fiji lies on both sides of it.
      expect(points({ cell: 'rvc00' }, { cell: '2j800' }).location).to.be.greaterThan(0);
    });

    it('nearer ages higher', () => {
      expect(points({ age: 30 }, { age: 30 }).age).to.equal(rules.score.age);
      expect(points({ age: 30 }, { age: 33 }).age).to.be.greaterThan(points({ age: 30 }, { age: 40 }).age);
      expect(points({ age: 20 }, { age: 60 }).age).to.equal(0);
    });

    it('the plans of both', () => {
      expect(points({ priority: 10 }, { priority: 10 }).priority).to.equal(rules.score.priority);
      expect(points({ priority: 10 }, { priority: 0 }).priority).to.equal(rules.score.priority / 2);
    });

    it('personality as much as both together weigh it, and the rest as much less', () => {
      const profile = points({}, {});
      const blend = points({ personalityWeight: 1, personality: 90 }, { personality: 70 });
      expect(blend.personality).to.equal(40);
      expect(blend.age).to.equal(profile.age / 2);
      expect(profile.personality).to.equal(0);
    });
  });

  it('names what they have in common, rarest first, in one spelling for both', () => {
    const a = somebody({ interests: ['Films', ' Falconry '], preferredInterests: ['tango'] });
    const b = somebody({ interests: ['falconry', 'films', 'Tango'] });
    const rarity = rarityOf(Array.from({ length: 300 }, () => somebody({ interests: ['films'] })));
    expect(compatibility(a, b, rarity)?.topics).to.deep.equal(['Falconry', 'Tango', 'Films']);
    expect(compatibility(b, a, rarity)?.topics).to.deep.equal(['Falconry', 'Tango', 'Films']);
  });

  it('is what the roster reckons for the many', () => {
    fc.assert(
      fc.property(fc.array(anybody), fc.array(anybody, { minLength: 2, maxLength: 8 }), (gone, people) => {
        const roster = createRoster();
        for (const slot of gone.map((person) => roster.add(person))) roster.remove(slot);
        const slots = people.map((person) => roster.add(person));
        const rarity = roster.weigh();
        for (const [i, a] of people.entries()) {
          roster.compare(slots[i]!);
          for (const [j, b] of people.entries()) {
            if (i === j || a.gender !== b.gender || a.mode !== b.mode) continue;
            if ([a, b].some(({ genders, gender }) => genders.length > 0 && !genders.includes(gender)))
              continue;
            const fit = compatibility(a, b, rarity);
            const score = roster.score(slots[j]!);
            if (fit) expect(score).to.be.closeTo(fit.score, 0.3);
            expect(score >= 0 && roster.mayMeet(slots[i]!, slots[j]!)).to.equal(fit !== null);
          }
        }
      }),
    );
  });
});
