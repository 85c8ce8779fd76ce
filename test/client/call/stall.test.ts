import { expect } from 'chai';
import { judge, noStall, type Stall, type StallAction } from '../../../client/call/stall.ts';

describe('a stall of the media', () => {
  /** Looks four times a second; `bytes` says how many have come by then. */
  function watch(untilMs: number, bytes: (at: number) => number, expected = () => true) {
    let stall: Stall = noStall;
    const actions: [number, StallAction][] = [];
    for (let at = 250; at <= untilMs; at += 250) {
      const judged = judge(stall, { at, bytes: bytes(at), expected: expected() });
      ({ stall } = judged);
      if (judged.action !== 'none') actions.push([at, judged.action]);
    }
    return actions;
  }

  it('is none while media flows, or before any has come', () => {
    expect(watch(5000, (at) => at)).to.be.empty;
    expect(watch(5000, () => 0)).to.be.empty;
  });

  it('is told after one second, and a new way asked for after two', () => {
    const actions = watch(2500, (at) => Math.min(at, 500));
    expect(actions).to.deep.equal([
      [1500, 'stalled'],
      [2500, 'restart'],
    ]);
  });

  it('is over when bytes come again', () => {
    const actions = watch(4000, (at) => (at < 2000 ? 500 : at));
    expect(actions.map(([, action]) => action)).to.deep.equal(['stalled', 'recovered']);
  });

  it('asks again every four seconds, and begins anew when three ways were none', () => {
    const actions = watch(16_000, (at) => Math.min(at, 1000));
    expect(actions).to.deep.equal([
      [2000, 'stalled'],
      [3000, 'restart'],
      [7000, 'restart'],
      [11_000, 'restart'],
      [15_000, 'rebuild'],
    ]);
  });

  it('is not told of a partner who sends nothing', () => {
    expect(
      watch(
        5000,
        (at) => Math.min(at, 500),
        () => false,
      ),
    ).to.be.empty;
  });

  it('does not count the time in which the page was asleep', () => {
    const flowing = judge(noStall, { at: 1000, bytes: 10, expected: true }).stall;
    const awake = judge(flowing, { at: 61_000, bytes: 10, expected: true });
    expect(awake.action).to.equal('none');
    expect(judge(awake.stall, { at: 62_000, bytes: 10, expected: true }).action).to.equal('stalled');
  });
});
