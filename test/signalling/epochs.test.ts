import { expect } from 'chai';
import { openMailbox } from '#core/mailbox/mailbox.ts';
import { parseCursor } from '#core/mailbox/signal.ts';
import { keys } from '#db/keys.ts';
import { redis } from '#db/redis.ts';
import { connecting, journeyOf, nothingIsBroken, refusal, talking } from '../cast.ts';
import { candidates, dataOf, upTo } from './letters.ts';

describe('an epoch', () => {
  afterEach(nothingIsBroken);

  it('makes an older page hear that it was replaced, and nothing that it says arrives', async () => {
    const [ann, bob] = await talking();
    await ann.join();

    expect(await refusal(ann.send(candidates(ann, [1], { epoch: 1 })))).to.equal('replaced');
    expect(dataOf(await bob.signals())).to.deep.equal([]);
    expect((await ann.signals()).session.epoch, 'a page that only reads can tell').to.equal(2);
    expect((await ann.send(candidates(ann, [1], { epoch: 2 }))).acked).to.equal(1);
  });

  it('that the partner has left behind makes a signal stale: it is dropped, and the sender is told', async () => {
    const [ann, bob] = await talking();
    await bob.join();

    const sent = await ann.send(candidates(ann, upTo(2), { epoch: 1, peer_epoch: 1 }));
    expect(sent).to.deep.equal({ acked: 2, dropped: 2, epoch: 1, peer_epoch: 2 });
    expect(dataOf(await bob.signals())).to.deep.equal([]);
    expect((await ann.send(candidates(ann, [3], { epoch: 1, peer_epoch: 2 }))).dropped).to.equal(0);
    expect(dataOf(await bob.signals())).to.deep.equal([3]);
  });

  it('says again what was dropped to whoever did not hear of it, though they know by now where the partner is', async () => {
    const [ann, bob] = await talking();
    await ann.send(candidates(ann, [1], { epoch: 1, peer_epoch: 1 }));
    await bob.join();
    await ann.send(candidates(ann, [2], { epoch: 1, peer_epoch: 1 })); // the answer is lost

    const again = await ann.send(candidates(ann, upTo(3), { epoch: 1, peer_epoch: 2 }));
    expect(again).to.deep.equal({ acked: 3, dropped: 1, epoch: 1, peer_epoch: 2 });
    expect(dataOf(await bob.signals())).to.deep.equal([3]);
    await ann.join();
    expect((await ann.send(candidates(ann, upTo(2), { epoch: 2, peer_epoch: 2 }))).dropped).to.equal(0);
  });

  it('of a partner who has not joined is 0, and means their first page, whenever it opens', async () => {
    const [ann, bob] = await connecting();
    expect((await ann.join()).peer_epoch).to.equal(0);
    await ann.send(candidates(ann, [1], { epoch: 1, peer_epoch: 0 }));
    const { cursor } = await bob.join();
    expect(
      (await ann.send(candidates(ann, [2], { epoch: 1, peer_epoch: 0 }))).dropped,
      'sent meanwhile',
    ).to.equal(0);
    expect(dataOf(await bob.signals({ after: cursor! }))).to.deep.equal([1, 2]);

    await bob.join();
    expect(
      (await ann.send(candidates(ann, [3], { epoch: 1, peer_epoch: 0 }))).dropped,
      'not a second',
    ).to.equal(1);
  });

  it('begins after what was meant for the page before', async () => {
    const [ann, bob] = await talking();
    await ann.send(candidates(ann, upTo(3)));
    const { cursor, epoch } = await bob.join();
    expect(epoch).to.equal(2);
    expect(dataOf(await bob.signals({ after: cursor! }))).to.deep.equal([]);
    expect(dataOf(await bob.signals())).to.deep.equal([]);

    await ann.send(candidates(ann, [4]));
    expect(dataOf(await bob.signals({ after: cursor! }))).to.deep.equal([4]);
    expect(dataOf(await bob.signals())).to.deep.equal([4]);
  });

  it('is heard of by the partner at once', async () => {
    const [ann, bob] = await talking();
    const held = await bob.holdSignals();
    await ann.join();

    expect((await held.answer).session.peer).to.deep.equal({ epoch: 2, joined: true });
  });

  it('loses no signal with which the partner has overtaken its opening', async () => {
    const [ann, bob] = await talking();
    await ann.send(candidates(ann, [1], { epoch: 1, peer_epoch: 1 }));
    await ann.send(candidates(ann, upTo(3, 2), { epoch: 1, peer_epoch: 2 }));

    const cursor = await openMailbox('world', bob.round, bob.id, 2);
    expect(dataOf(await bob.signals({ after: cursor! }))).to.deep.equal([2, 3]);
    expect(dataOf(await bob.signals())).to.deep.equal([2, 3]);
  });

  it('that is opened late takes nothing back from a later one', async () => {
    const [ann, bob] = await talking();
    await ann.join();
    await ann.send(candidates(ann, upTo(2), { epoch: 2 }));
    await bob.send(candidates(bob, [1], { epoch: 1, peer_epoch: 2 }));

    const late = await openMailbox('world', ann.round, ann.id, 1);
    expect(parseCursor(late!)?.seq).to.equal(0);
    expect((await ann.send(candidates(ann, [3], { epoch: 2 }))).acked, 'the count goes on').to.equal(3);
    expect(dataOf(await ann.signals()), 'so does reading').to.deep.equal([1]);
    expect(dataOf(await bob.signals())).to.deep.equal([1, 2, 3]);
  });

  it('is another for each of five joins at once, and the last of them speaks', async () => {
    const [ann, bob] = await talking();
    const joins = await Promise.all(upTo(5).map(() => ann.join()));
    expect(joins.map(({ epoch }) => epoch).sort()).to.deep.equal([2, 3, 4, 5, 6]);

    for (const epoch of [2, 3, 4, 5])
      expect(await refusal(ann.send(candidates(ann, [1], { epoch })))).to.equal('replaced');
    expect((await ann.send(candidates(ann, [1], { epoch: 6 }))).acked).to.equal(1);
    expect((await bob.signals()).session.peer.epoch).to.equal(6);
  });

  it('that Redis has not heard of yet is not refused: Postgres is asked', async () => {
    const [ann, bob] = await talking();
    await ann.join();
    const { version } = await journeyOf(ann);
    await redis.hset(keys.view('world', ann.id), { version: version - 1, epoch: 1 });

    expect((await ann.send(candidates(ann, [1], { epoch: 2 }))).acked).to.equal(1);
    expect(dataOf(await bob.signals())).to.deep.equal([1]);
    expect(await refusal(ann.send(candidates(ann, [2], { epoch: 3 }))), 'one that nobody has').to.equal(
      'not_joined',
    );
  });
});
