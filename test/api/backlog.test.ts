import { expect } from 'chai';
import { backlog, keep } from '#api/backlog.ts';
import { createRecent } from '#api/recent.ts';
import { rules } from '#core/rules.ts';
import { nothingIsBroken, waiting } from '../cast.ts';

describe('bytes kept for one person', () => {
  afterEach(nothingIsBroken);

  it('are limited: poll and command are refused until earlier answers are taken, and the partner’s never', async () => {
    const [ann, bob] = await waiting();
    const taken = keep(ann.id, rules.bufferedBytesPerPerson);
    const asked = () => [
      ann.visit('GET', `/api/continuous-matching/next-match?session_id=${ann.session}`),
      ann.visit('GET', '/api/me'),
      ann.visit('POST', '/api/continuous-matching/pause', { session_id: ann.session }),
    ];
    for (const { status, headers, body } of await Promise.all(asked())) {
      expect([status, headers.get('retry-after')]).to.deep.equal([429, '1']);
      expect(body).to.include({ code: 'rate_limited' });
    }
    expect((await bob.poll()).state).to.equal('WAITING');

    taken();
    taken();
    for (const { status } of await Promise.all(asked())) expect(status).to.equal(200);
    expect(backlog().bytes, 'and nothing is left over').to.equal(0);
  });
});

describe('an address', () => {
  it('longer than 2 KB is refused with 414, by whoever it is sent', async () => {
    const [ann] = await waiting();
    for (const path of ['/api/continuous-matching/next-match', '/api/me', '/nowhere']) {
      const { status, body } = await ann.visit('GET', `${path}?x=${'y'.repeat(rules.longestUrl)}`);
      expect([path, status]).to.deep.equal([path, 414]);
      expect(body).to.include({ code: 'url_too_long' });
    }
  });
});

describe('what a process remembers of requests', () => {
  it('is bounded in bytes: the oldest are forgotten, and the longest never remembered', () => {
    const recent = createRecent<number>(100_000, 1000);
    for (let count = 0; count < 1000; count += 1) recent.set(`${count}`.padEnd(900, 'x'), count);
    expect(recent.bytes()).to.be.within(90_000, 100_000);
    expect(recent.get('999'.padEnd(900, 'x'))).to.equal(999);
    expect(recent.get('0'.padEnd(900, 'x'))).to.equal(undefined);
    recent.set('y'.repeat(1001), 1);
    expect(recent.get('y'.repeat(1001))).to.equal(undefined);
    const before = recent.bytes();
    recent.set('999'.padEnd(900, 'x'), 7);
    expect(recent.bytes(), 'set again it takes no more').to.equal(before);
  });
});
