import { expect } from 'chai';
import { createFlow } from '#core/matching/flow.ts';
import { rules } from '#core/rules.ts';

const { holdMs, holdFor, dryMs, dryGaps } = rules.matching;

/** So many people, one every few milliseconds. @returns when the last of them came */
function came(flow: ReturnType<typeof createFlow>, count: number, everyMs: number): number {
  for (let k = 0; k < count; k++) flow.note(1000 + k * everyMs);
  return 1000 + (count - 1) * everyMs;
}

describe('the flow of people', () => {
  it('of a few holds nobody', () => {
    const flow = createFlow();
    expect(flow.dryAtMs(1000)).to.equal(null);
    const lastMs = came(flow, holdFor - 1, 1);
    expect(flow.dryAtMs(lastMs)).to.equal(null);
  });

  it('of many holds them, until nobody has come for a moment', () => {
    const flow = createFlow();
    const lastMs = came(flow, 500, 1);
    expect(flow.dryAtMs(lastMs)).to.equal(lastMs + dryMs);
    expect(flow.dryAtMs(lastMs + dryMs - 1)).to.equal(lastMs + dryMs);
    expect(flow.dryAtMs(lastMs + dryMs)).to.equal(null);
  });

  it('of fewer is given more time before it counts as dry', () => {
    const flow = createFlow();
    const lastMs = came(flow, 50, 20);
    const count = Math.ceil(holdMs / 20);
    expect(flow.dryAtMs(lastMs)).to.be.closeTo(lastMs + (dryGaps * holdMs) / count, 1);
  });

  it('forgets those who came longer ago than a hold', () => {
    const flow = createFlow();
    const lastMs = came(flow, 500, 1);
    flow.note(lastMs + 5000);
    expect(flow.dryAtMs(lastMs + 5000)).to.equal(null);
  });

  it('takes arrivals that lie in the future for arrivals of now: clocks differ', () => {
    const flow = createFlow();
    for (let k = 0; k < 60; k++) flow.note(20_000);
    const dryAt = flow.dryAtMs(1000);
    expect(dryAt).to.be.within(1000, 1000 + holdMs);
    expect(flow.dryAtMs(dryAt!)).to.equal(null);
  });

  it('does not count whoever is only back from a pairing that failed', () => {
    const flow = createFlow();
    flow.note(60_000);
    for (let k = 0; k < 500; k++) flow.note(1000 + k);
    expect(flow.dryAtMs(60_000)).to.equal(null);
  });
});
