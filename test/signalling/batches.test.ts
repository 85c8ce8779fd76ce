import { expect } from 'chai';
import { emptyRedis, nothingIsBroken, talking } from '../cast.ts';
import { candidates, dataOf, upTo } from './letters.ts';

describe('a batch of signals', () => {
  afterEach(nothingIsBroken);

  it('sent twice arrives once, and is acknowledged twice', async () => {
    const [ann, bob] = await talking();
    const first = await ann.send(candidates(ann, upTo(3), { epoch: 1, peer_epoch: 1 }));
    expect(first).to.deep.equal({ acked: 3, dropped: 0, epoch: 1, peer_epoch: 1 });
    expect(await ann.send(candidates(ann, upTo(3), { epoch: 1, peer_epoch: 1 }))).to.deep.equal(first);

    expect(dataOf(await bob.signals())).to.deep.equal([1, 2, 3]);
  });

  it('that overlaps the one before adds only what is new', async () => {
    const [ann, bob] = await talking();
    await ann.send(candidates(ann, upTo(3)));

    expect((await ann.send(candidates(ann, upTo(6, 2)))).acked).to.equal(6);
    expect((await ann.send(candidates(ann, [1]))).acked, 'a straggler').to.equal(6);
    expect(dataOf(await bob.signals())).to.deep.equal(upTo(6));
  });

  it('with a gap is answered with what has arrived so far, and nothing after the gap is taken', async () => {
    const [ann, bob] = await talking();
    expect((await ann.send(candidates(ann, [2]))).acked).to.equal(0);
    expect((await ann.send(candidates(ann, [1, 2, 4, 5]))).acked).to.equal(2);
    expect(dataOf(await bob.signals())).to.deep.equal([1, 2]);

    expect((await ann.send(candidates(ann, upTo(5, 3)))).acked).to.equal(5);
    expect(dataOf(await bob.signals())).to.deep.equal(upTo(5));
  });

  it('sent by ten requests at once arrives once', async () => {
    const [ann, bob] = await talking();
    const answers = await Promise.all(upTo(10).map(() => ann.send(candidates(ann, upTo(20)))));

    expect(answers.map(({ acked }) => acked)).to.deep.equal(Array(10).fill(20));
    expect(dataOf(await bob.signals())).to.deep.equal(upTo(20));
  });

  it('out of order by itself counts as a gap', async () => {
    const [ann, bob] = await talking();
    expect((await ann.send(candidates(ann, [2, 1]))).acked).to.equal(0);
    expect((await ann.send(candidates(ann, [1, 1, 2]))).acked, 'a repetition is none').to.equal(2);
    expect(dataOf(await bob.signals())).to.deep.equal([1, 2]);
  });

  it('goes on from where it is when Redis was emptied, whatever was said in between', async () => {
    const [ann, bob] = await talking();
    await ann.send(candidates(ann, upTo(2)));
    await emptyRedis();
    expect((await ann.send(candidates(ann, upTo(4, 3)))).acked).to.equal(4);
    await emptyRedis();
    await ann.say('Still there?');
    await ann.send({ session_id: ann.round, type: 'ice-candidate', target_user_id: 0, data: 'of no number' });
    expect((await ann.send(candidates(ann, upTo(6, 5)))).acked).to.equal(6);
    expect(dataOf(await bob.signals()).slice(1)).to.deep.equal(['of no number', 5, 6]);
  });

  it('is counted for each page anew', async () => {
    const [ann, bob] = await talking();
    await ann.send(candidates(ann, upTo(4)));
    await ann.join();

    expect((await ann.send(candidates(ann, [5], { epoch: 2 }))).acked).to.equal(0);
    expect((await ann.send(candidates(ann, upTo(2), { epoch: 2 }))).acked).to.equal(2);
    expect((await bob.signals()).signals.map(({ epoch, data }) => [epoch, data])).to.deep.equal([
      ...upTo(4).map((data) => [1, data]),
      ...upTo(2).map((data) => [2, data]),
    ]);
  });

  it('may be the guide’s single signal: numbered it arrives once, without a number every time', async () => {
    const [ann, bob] = await talking();
    const single = { session_id: ann.round, type: 'renegotiate' as const, target_user_id: 'whoever' };
    await ann.send({ ...single, client_seq: 1, data: 'numbered' });
    expect((await ann.send({ ...single, client_seq: 1, data: 'numbered' })).acked).to.equal(1);
    await ann.send({ ...single, data: 'plain' });
    expect((await ann.send({ ...single, data: 'plain' })).acked, 'the count goes on').to.equal(1);

    expect(dataOf(await bob.signals())).to.deep.equal(['numbered', 'plain', 'plain']);
  });
});
