import { expect } from 'chai';
import { endReasons, next, type EndReason, type State } from '#core/journey/journey.ts';
import { sideOf } from '#core/rounds/endings.ts';

/** For each reason: where it leads the person who caused it, and what it costs them. */
const written: Record<EndReason, { target: State; told: boolean; earlyExit: boolean }> = {
  clock: { target: 'WAITING', told: false, earlyExit: false },
  skip: { target: 'WAITING', told: true, earlyExit: true },
  end: { target: 'IDLE', told: true, earlyExit: true },
  left: { target: 'WAITING', told: false, earlyExit: true },
  stale: { target: 'WAITING', told: false, earlyExit: true },
  not_joined: { target: 'WAITING', told: false, earlyExit: false },
  not_acknowledged: { target: 'WAITING', told: false, earlyExit: false },
  flag: { target: 'IDLE', told: true, earlyExit: false },
  block: { target: 'WAITING', told: true, earlyExit: false },
  restriction: { target: 'IDLE', told: false, earlyExit: false },
};

describe('the outcome of an ending', () => {
  for (const reason of endReasons.filter((one) => one !== 'clock'))
    it(`by ${reason} is one thing for the person who caused it, and the way back to the pool for the other`, () => {
      const mine = sideOf({ reason, by: ['ann'] }, 'ann');
      const { target, told, earlyExit } = mine;
      expect({ target, told, earlyExit }).to.deep.equal(written[reason]);
      expect(mine.initiated).to.equal('me');
      expect(sideOf({ reason, by: ['ann'] }, 'bob')).to.deep.equal({
        ...{
          move: `partner_${reason === 'stale' ? 'lost' : reason}`,
          target: 'WAITING',
          initiated: 'partner',
        },
        ...{ told: false, earlyExit: false, parks: false },
      });
    });

  it('by the clock is nobody’s doing, and the same for both', () => {
    const side = sideOf({ reason: 'clock', by: [] }, 'ann');
    expect(side).to.deep.equal({
      ...{ ...written.clock, move: 'clock', initiated: 'system', parks: false },
    });
    expect(sideOf({ reason: 'clock', by: [] }, 'bob')).to.deep.equal(side);
  });

  it('by a flag leads to the pool when the reporter says so', () => {
    expect(sideOf({ reason: 'flag', by: ['ann'], then: 'waiting' }, 'ann').target).to.equal('WAITING');
    expect(sideOf({ reason: 'flag', by: ['ann'], then: 'waiting' }, 'bob').target).to.equal('WAITING');
  });

  it('is a step that the table has, for both, before the round has started and after', () => {
    for (const reason of endReasons)
      for (const who of ['ann', 'bob']) {
        const { move } = sideOf({ reason, by: reason === 'clock' ? [] : ['ann'] }, who);
        const inCall = ['not_joined', 'not_acknowledged'].includes(reason) ? null : next('IN_CALL', move);
        if (inCall === null) expect(next('CONNECTING', move), move).not.to.equal(null);
        else if (reason !== 'clock') expect(next('CONNECTING', move), move).not.to.equal(null);
      }
  });
});
