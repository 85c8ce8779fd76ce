import { expect } from 'chai';
import { createHolding } from '../../../client/api/holding.ts';

describe('holding requests', () => {
  const start = () => {
    let now = 0;
    const holding = createHolding(() => now);
    return { holding, pass: (ms: number) => void (now += ms) };
  };
  const held = { delayMs: 0, waitSeconds: 10 };
  const atOnce = { delayMs: 0, waitSeconds: 0 };

  it('holds, and more briefly while connecting', () => {
    const { holding } = start();
    expect(holding.next('waiting')).to.deep.equal(held);
    expect(holding.next('connecting')).to.deep.equal({ delayMs: 0, waitSeconds: 5 });
  });

  it('asks at intervals once two held requests were cut, and those at once got through', () => {
    const { holding } = start();
    for (let cut = 0; cut < 2; cut += 1) {
      holding.cut(holding.next('waiting'), 5000);
      expect(holding.next('waiting')).to.deep.equal(atOnce);
      holding.answered(atOnce, 20);
    }
    expect(holding.next('connecting')).to.deep.equal({ delayMs: 250, waitSeconds: 0 });
    expect(holding.next('talking')).to.deep.equal({ delayMs: 2000, waitSeconds: 0 });
  });

  it('does not take an outage for a proxy: then nothing gets through', () => {
    const { holding } = start();
    for (let cut = 0; cut < 5; cut += 1) {
      holding.cut(held, 5000);
      holding.cut(atOnce, 20);
    }
    expect(holding.isCut()).to.be.false;
  });

  it('does not take a request that fails at once for one that was cut', () => {
    const { holding } = start();
    holding.cut(held, 30);
    expect(holding.next('waiting')).to.deep.equal(held);
  });

  it('forgets a cut when a request was held longer than that', () => {
    const { holding } = start();
    holding.cut(held, 5000);
    holding.answered(atOnce, 20);
    holding.answered(held, 6000);
    holding.cut(held, 5000);
    holding.answered(atOnce, 20);
    expect(holding.isCut()).to.be.false;
  });

  it('does not forget it for an answer that came sooner', () => {
    const { holding } = start();
    holding.cut(held, 5000);
    holding.answered(atOnce, 20);
    holding.answered(held, 3000);
    holding.cut(held, 5000);
    holding.answered(atOnce, 20);
    expect(holding.isCut()).to.be.true;
  });

  it('tries again after a minute, and gives up sooner the second time', () => {
    const { holding, pass } = start();
    for (let cut = 0; cut < 2; cut += 1) {
      holding.cut(held, 5000);
      holding.answered(atOnce, 20);
    }
    pass(60_000);
    expect(holding.next('waiting')).to.deep.equal(held);
    holding.cut(held, 5000);
    holding.answered(atOnce, 20);
    expect(holding.isCut()).to.be.true;
  });
});
