import { expect } from 'chai';
import { countdown } from '../../client/countdown.ts';

describe('a countdown', () => {
  it('runs on the page’s own clock, and ends at nothing', () => {
    const time = countdown(3000, null, 1000);
    expect(time.remainingMs(1000)).to.equal(3000);
    expect(time.remainingMs(2500)).to.equal(1500);
    expect(time.remainingMs(9000)).to.equal(0);
  });

  it('believes the earliest account of its end: every answer is late by its way', () => {
    const first = countdown(3000, null, 1000); // took long: it was sent at 600
    const second = countdown(2550, first, 1100);
    expect(second.remainingMs(1100)).to.equal(2550);
    expect(countdown(2400, second, 1400)).to.equal(second);
  });

  it('is mended by the next account when the computer has slept', () => {
    const before = countdown(60_000, null, 1000);
    const after = countdown(20_000, before, 1500); // 40 s passed; the page’s clock stood still
    expect(after.remainingMs(1500)).to.equal(20_000);
  });
});
