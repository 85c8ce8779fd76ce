import { expect } from 'chai';
import type { Kind } from './schedule.ts';
import { judgeWaits, type Happened, type PairWait } from './waits.ts';

const beganMs = Date.parse('2026-01-01T12:00:00Z');
const at = (seconds: number) => beganMs + seconds * 1000;

/** Ada and Ben wait for each other, from a second of the run to another; paired just before, unless told. */
const waited = (
  from: number,
  until: number,
  unpairedUntil = until,
  who: PairWait['who'] = ['Ada', 'Ben'],
): PairWait => ({
  ...{ who, fromMs: at(from), unpairedUntilMs: at(unpairedUntil), untilMs: at(until), told: true },
});
const fault = (
  from: number,
  until: number,
  kind: Kind = 'kill redis',
  noPairingUntil: number | null = until,
): Happened => ({
  ...{
    kind,
    what: kind,
    fromMs: at(from),
    untilMs: at(until),
    noPairingUntilMs: noPairingUntil && at(noPairingUntil),
  },
});

describe('the judge of waits', () => {
  const unexplained = (waits: PairWait[], faults: Happened[], paceMs = 0) =>
    judgeWaits(waits, faults, () => paceMs).unexplained;

  it('accepts a wait of three seconds while Redis is away, and names the fault', () => {
    const { long, unexplained } = judgeWaits([waited(10, 13)], [fault(9, 12.5)], () => 0);
    expect(unexplained).to.deep.equal([]);
    expect(long).to.have.length(1);
    expect(long[0])
      .to.include('Ada and Ben were told of each other after 3000 ms, from 12:00:10.000 to 12:00:13.000')
      .and.include('kill redis for 3.5 s until 0.5 s before');
  });

  it('objects to a wait of three seconds without any fault', () => {
    expect(unexplained([waited(10, 13)], [])).to.have.length(1);
    expect(unexplained([waited(10, 13)], [fault(20, 21), fault(1, 4)])[0]).to.include('no fault');
  });

  it('objects to a wait of one and a half seconds later than five seconds after the last fault', () => {
    const faults = [fault(1, 4), fault(3, 10)];
    expect(unexplained([waited(15.1, 16.6)], faults)).to.have.length(1);
    expect(unexplained([waited(15.1, 16)], faults)).to.deep.equal([]);
  });

  it('lets the effects of a fault last for five seconds after its end, and no longer', () => {
    expect(unexplained([waited(9, 15.9)], [fault(8, 10)])).to.deep.equal([]);
    expect(unexplained([waited(9, 16.1)], [fault(8, 10)])[0]).to.include('1100 ms of it without a fault');
  });

  it('adds up what several faults leave of a wait', () => {
    const faults = [fault(0, 1), fault(6.6, 7), fault(12.6, 13)];
    expect(unexplained([waited(2, 18)], faults)[0]).to.include('1200 ms of it without a fault');
    expect(unexplained([waited(2, 18)], [...faults, fault(6.2, 6.3)])).to.deep.equal([]);
  });

  it('accepts a fault that only delays answers for the time after the pairing, not for that before', () => {
    const frozen = [fault(10, 14, 'freeze api', null)];
    expect(unexplained([waited(10, 14, 10.1)], frozen)).to.deep.equal([]);
    expect(unexplained([waited(10, 14, 13.9)], frozen)).to.have.length(1);
  });

  it('takes a killed leader for the reason until another worker leads, not until the killed one is back', () => {
    const killed = [fault(10, 25, 'kill leader', 12)];
    expect(unexplained([waited(10, 17.5)], killed)).to.deep.equal([]);
    expect(unexplained([waited(10, 19)], killed)).to.have.length(1);
  });

  it('allows for the pace of this machine', () => {
    expect(unexplained([waited(10, 11.4)], [])).to.have.length(1);
    expect(unexplained([waited(10, 11.4)], [], 500)).to.deep.equal([]);
  });

  it('tells of several waits of one person at the same time only the longest', () => {
    const waits = [
      waited(10, 13),
      waited(10.5, 14, 14, ['Ada', 'Cem']),
      waited(10, 12.5, 12.5, ['Dan', 'Eve']),
    ];
    expect(unexplained(waits, []).map((sentence) => sentence.split(' were ')[0])).to.deep.equal([
      'Ada and Cem',
      'Dan and Eve',
    ]);
  });
});
