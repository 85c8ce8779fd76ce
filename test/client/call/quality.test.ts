import { expect } from 'chai';
import { createQuality, dots } from '../../../client/call/quality.ts';
import type { Look } from '../../../client/call/stats.ts';

const look = (changes: Partial<Look> = {}): Look => ({
  bytes: 1,
  framesDecoded: 1,
  packetsReceived: 0,
  packetsLost: 0,
  rttMs: 20,
  relayed: false,
  ...changes,
});

describe('the quality of a call', () => {
  it('is shown in three dots, by delay and loss', () => {
    expect([dots(20, 0), dots(250, 0), dots(500, 0)]).to.deep.equal([3, 2, 1]);
    expect([dots(20, 0.05), dots(20, 0.2)]).to.deep.equal([2, 1]);
  });

  it('is not known before there is a way', () => {
    expect(createQuality().note(0, look({ rttMs: null }))).to.be.null;
  });

  it('forgets what was long ago', () => {
    const quality = createQuality();
    quality.note(0, look({ packetsReceived: 0, packetsLost: 0 }));
    expect(quality.note(1000, look({ packetsReceived: 80, packetsLost: 20 }))).to.equal(1);
    for (let at = 2000; at <= 8000; at += 1000)
      quality.note(at, look({ packetsReceived: at, packetsLost: 20 }));
    expect(quality.note(9000, look({ packetsReceived: 9000, packetsLost: 20 }))).to.equal(3);
  });

  it('is told as a mean of the whole call', () => {
    const quality = createQuality();
    quality.note(0, look({ rttMs: 10 }));
    quality.note(500, look({ rttMs: 31, packetsReceived: 75, packetsLost: 25, relayed: true }));
    expect(quality.summary()).to.deep.equal({ rtt_ms: 21, loss: 0.25, relayed: true });
  });
});
