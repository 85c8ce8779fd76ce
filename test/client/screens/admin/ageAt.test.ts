import { expect } from 'chai';
import { ageAt } from '../../../../client/screens/admin/people/ageAt.ts';

describe('an age', () => {
  it('grows on the birthday, not before', () => {
    expect(ageAt('2000-11-20', new Date('2026-11-19T23:59:59Z'))).to.equal(25);
    expect(ageAt('2000-11-20', new Date('2026-11-20T00:00:00Z'))).to.equal(26);
    expect(ageAt('2000-12-01', new Date('2026-11-20T00:00:00Z'))).to.equal(25);
    expect(ageAt('2004-02-29', new Date('2027-02-28T12:00:00Z'))).to.equal(22);
    expect(ageAt('2004-02-29', new Date('2027-03-01T12:00:00Z'))).to.equal(23);
  });
});
