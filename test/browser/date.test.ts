import { expect } from 'chai';
import { startHouse, type House } from './house.ts';
import { comesTo, couple, partWith, seesFrames, type Someone } from './people.ts';

describe('a date in two browsers', function () {
  this.timeout(60_000);
  let house: House;
  let people: Someone[] = [];
  before(async () => {
    house = await startHouse({ ROUND_SECONDS: '6', DECISION_SECONDS: '6' });
  });
  afterEach(() => partWith(people.splice(0)));
  after(() => house.stop());

  it('is seen and heard on both sides, ends with the clock, and two yeses make a match', async () => {
    const [ada, ben] = (people = await couple(house));
    for (const { page } of [ada, ben]) await seesFrames(page);
    for (const { page } of [ada, ben]) {
      await comesTo(page, 'DECIDING');
    }
    for (const { page } of [ada, ben]) {
      await page.evaluate(() => window.bare.journey.decide('continue').then(() => undefined));
    }
    for (const { page } of [ada, ben])
      await page.waitForFunction(() => window.bare.journey.getSnapshot().notice?.reason === 'mutual');
    expect(house.front.passed).to.not.be.empty;
  });
});
