import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { clock } from '#core/clock.ts';

describe('the clock', () => {
  afterEach(() => clock.synchronize(async () => Date.now()));

  const offsetMs = () => clock.ms() - Date.now();

  it('follows that of Postgres', async () => {
    await clock.synchronize(async () => Date.now() + 5_000);
    expect(offsetMs()).to.be.closeTo(5_000, 3);
    await clock.synchronize(async () => Date.now() - 5_000);
    expect(offsetMs()).to.be.closeTo(-5_000, 3);
  });

  it('is not led astray by round trips that are slow on one way', async () => {
    await clock.synchronize(async () => {
      await sleep(40);
      return Date.now();
    });
    expect(offsetMs()).to.be.closeTo(0, 3);
  });

  it('learns from the fastest of several', async () => {
    let asked = 0;
    await clock.synchronize(async () => {
      if ((asked += 1) !== 3) await sleep(40);
      return Date.now() + 25;
    });
    expect(offsetMs()).to.be.closeTo(25, 3);
  });
});
