import { expect } from 'chai';
import { clock } from '#core/clock.ts';
import { once } from '#core/idempotency.ts';
import { rules } from '#core/rules.ts';
import { transaction } from '#core/transaction.ts';
import { sql } from '#db/postgres.ts';
import { waitsForALock } from './gate.ts';

const asked = { scope: 'test', key: 'key', request: { b: 1, a: [1, { d: 2, c: 3 }] } };

/** Does the work under a key in a transaction of its own, and counts how often it was really done. */
function counted() {
  let done = 0;
  const work = async () => ({ turn: (done += 1) });
  return {
    done: () => done,
    ask: (changes = {}) => transaction((tx) => once(tx, { ...asked, ...changes }, work)),
  };
}

describe('work under an Idempotency-Key', () => {
  it('is done once, and its result is told again', async () => {
    const { ask, done } = counted();
    expect([await ask(), await ask(), await ask()]).to.deep.equal([{ turn: 1 }, { turn: 1 }, { turn: 1 }]);
    expect(done()).to.equal(1);
  });

  it('is the same work when the fields come in another order', async () => {
    const { ask } = counted();
    await ask();
    expect(await ask({ request: { a: [1, { c: 3, d: 2 }], b: 1 } })).to.deep.equal({ turn: 1 });
  });

  it('is refused when anything in the request differs', async () => {
    const { ask } = counted();
    await ask();
    for (const request of [
      { ...asked.request, b: 2 },
      { ...asked.request, c: null },
      { b: 1 },
      null,
      [asked.request],
    ])
      await ask({ request }).then(
        () => expect.fail('another request passed'),
        (error: unknown) => expect(error).to.include({ code: 'idempotency_mismatch' }),
      );
  });

  it('is other work under another key, in another scope, or without a key', async () => {
    const { ask } = counted();
    const results = [
      await ask(),
      await ask({ key: 'other' }),
      await ask({ scope: 'other' }),
      await ask({ key: undefined }),
      await ask({ key: undefined }),
    ];
    expect(results.map(({ turn }) => turn)).to.deep.equal([1, 2, 3, 4, 5]);
  });

  it('that fails leaves the key free', async () => {
    const fails = transaction((tx) => once(tx, asked, () => Promise.reject(new Error('no'))));
    await fails.catch(() => undefined);

    expect(await counted().ask()).to.deep.equal({ turn: 1 });
  });

  it('is waited for by a duplicate, which then gets its result', async () => {
    const first = slow('succeeds');
    await first.begun;
    const { ask, done } = counted();
    const second = ask();
    await waitsForALock(second);
    first.finish();

    expect(await second).to.deep.equal({ turn: 100 });
    expect(done()).to.equal(0);
    await first.ended;
  });

  it('is waited for by a duplicate, which does it when the first fails', async () => {
    const first = slow('fails');
    await first.begun;
    const { ask } = counted();
    const second = ask();
    await waitsForALock(second);
    first.finish();

    expect(await second).to.deep.equal({ turn: 1 });
    await first.ended;
  });

  it('may be done anew after a day', async () => {
    const { ask } = counted();
    await ask();
    clock.advance(rules.idempotencyHours * 3_600_000 - 1000);
    expect(await ask()).to.deep.equal({ turn: 1 });
    clock.advance(2000);

    expect(await ask({ request: 'another' })).to.deep.equal({ turn: 2 });
    expect(await sql('SELECT key FROM idempotency_keys')).to.have.length(1);
  });
});

/** Work that has begun and waits to be told to finish. */
function slow(outcome: 'succeeds' | 'fails') {
  let begin = () => {};
  let finish = () => {};
  const begun = new Promise<void>((resolve) => (begin = resolve));
  const told = new Promise<void>((resolve) => (finish = resolve));
  const ended = transaction((tx) =>
    once(tx, asked, async () => {
      begin();
      await told;
      if (outcome === 'fails') throw new Error('no');
      return { turn: 100 };
    }),
  ).catch(() => undefined);
  return { begun, ended, finish: () => finish() };
}
