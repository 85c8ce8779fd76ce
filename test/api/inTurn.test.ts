import { expect } from 'chai';
import fc from 'fast-check';
import { inTurn, peopleInTurn } from '#api/inTurn.ts';
import { rules } from '#core/rules.ts';
import { nothingIsBroken, waiting } from '../cast.ts';

const { operationsAtOncePerPerson: atOnce, operationsWaitingPerPerson: mayWait } = rules;

/** Work that ends when it is told to. */
function work() {
  let end: (fails: boolean) => void = () => undefined;
  const ended = new Promise<string>((resolve, reject) => {
    end = (fails) => {
      if (fails) reject(new Error('It failed'));
      else resolve('done');
    };
  });
  return { ended, end };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('the operations of one person', () => {
  afterEach(nothingIsBroken);

  it('begin in the order in which they came, a few at a time, whichever ends or fails first', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ fails: fc.boolean(), order: fc.nat() }), { minLength: 1, maxLength: 20 }),
        async (drawn) => {
          const begun: number[] = [];
          const works = drawn.map(work);
          const results = works.map(({ ended }, index) =>
            inTurn('ann', () => {
              begun.push(index);
              return ended;
            }).catch(() => 'failed'),
          );
          const inOrder = drawn.map((_, index) => index);
          const left = new Set(inOrder);
          while (left.size > 0) {
            await settled();
            expect(begun).to.deep.equal(inOrder.slice(0, begun.length));
            const running = begun.filter((index) => left.has(index));
            expect(running).to.have.length(Math.min(atOnce, left.size));
            const next = running[(drawn[begun.length - 1]?.order ?? 0) % running.length] ?? 0;
            works[next]?.end(drawn[next]?.fails ?? false);
            left.delete(next);
          }
          expect(await Promise.all(results)).to.deep.equal(
            drawn.map(({ fails }) => (fails ? 'failed' : 'done')),
          );
          expect(peopleInTurn(), 'and nothing is left over').to.equal(0);
        },
      ),
    ));

  it('do not hold up those of anybody else, and too many are refused', async () => {
    const works = Array.from({ length: atOnce + mayWait }, work);
    const results = works.map(({ ended }) => inTurn('ann', () => ended));
    const refused = await inTurn('ann', () => Promise.resolve('let in')).catch((error: unknown) => error);
    expect(refused).to.have.property('code', 'rate_limited');
    expect(await inTurn('bob', () => Promise.resolve('let in'))).to.equal('let in');
    for (const { end } of works) end(false);
    await Promise.all(results);
    expect(peopleInTurn()).to.equal(0);
  });

  it('are all answered when forty come at once, while the partner’s are answered too', async () => {
    const [ann, bob] = await waiting();
    const many = Array.from({ length: 40 }, () => ann.visit('GET', '/api/matches'));
    const [partners] = await Promise.all([bob.visit('GET', '/api/matches'), ...many]);
    expect(partners.status).to.equal(200);
    for (const { status } of await Promise.all(many)) expect(status).to.equal(200);
    expect(peopleInTurn()).to.equal(0);
  });
});
