import { expect } from 'chai';
import { parseCursor } from '#core/mailbox/signal.ts';
import { keys } from '#db/keys.ts';
import { redis } from '#db/redis.ts';
import { connecting, nothingIsBroken, refusal, talking, type Player } from '../cast.ts';
import { candidates, dataOf, upTo } from './letters.ts';

describe('a mailbox', () => {
  afterEach(nothingIsBroken);

  it('keeps the order in which signals were sent, in however many requests', async () => {
    const [ann, bob] = await talking();
    await ann.send({ session_id: ann.round, type: 'offer', data: { sdp: 'v=0 offer' } });
    await ann.send(candidates(ann, [1, 2, 3]));
    await ann.send(candidates(ann, [4]));

    const { signals } = await bob.signals();
    expect(signals.map(({ seq, epoch, type, data }) => [seq, epoch, type, data])).to.deep.equal([
      [1, 1, 'offer', { sdp: 'v=0 offer' }],
      [2, 1, 'ice-candidate', 1],
      [3, 1, 'ice-candidate', 2],
      [4, 1, 'ice-candidate', 3],
      [5, 1, 'ice-candidate', 4],
    ]);
  });

  it('is each one’s own', async () => {
    const [ann, bob] = await talking();
    await ann.send(candidates(ann, [1, 2]));
    await bob.send(candidates(bob, [7 - 6]));

    expect(dataOf(await ann.signals())).to.deep.equal([1]);
    expect(dataOf(await bob.signals())).to.deep.equal([1, 2]);
  });

  it('is read again after a lost response: reading deletes nothing', async () => {
    const [ann, bob] = await talking();
    await ann.send(candidates(ann, upTo(5)));
    const lost = await bob.signals();
    const again = await bob.signals();
    expect(again.signals).to.deep.equal(lost.signals);
    expect(again.next).to.equal(lost.next);

    await ann.send(candidates(ann, [6, 7]));
    const later = await bob.signals({ after: again.next! });
    expect(dataOf(later)).to.deep.equal([6, 7]);
    expect((await bob.signals({ after: again.next! })).signals, 'and that too').to.deep.equal(later.signals);
    expect(dataOf(await bob.signals({ after: later.next! }))).to.deep.equal([]);
    expect((await bob.signals({ after: later.next! })).next).to.equal(later.next);
  });

  it('is read from the join with the cursor that the join gave, or without one', async () => {
    const [ann, bob] = await connecting();
    await ann.join();
    await ann.send(candidates(ann, [1, 2]));
    const { cursor } = await bob.join();

    expect(
      dataOf(await bob.signals({ after: cursor! })),
      'what was said before the first join',
    ).to.deep.equal([1, 2]);
    expect(dataOf(await bob.signals())).to.deep.equal([1, 2]);
  });

  it('hands text through as it is', async () => {
    const [ann, bob] = await talking();
    const data = {
      emoji: '🥂',
      quotes: '"\\"',
      spaces: '  1:2  ',
      newline: 'a\r\nb',
      nested: [{ a: [null, 1.5] }],
    };
    await ann.send({ session_id: ann.round, type: 'media-state', data });
    await ann.send({ session_id: ann.round, type: 'bye', data: null });

    expect(dataOf(await bob.signals())).to.deep.equal([data, null]);
  });

  it('that Redis has lost says so, and is there again after the next join', async () => {
    const [ann, bob] = await talking();
    await ann.send(candidates(ann, upTo(3)));
    const before = await bob.signals();
    await loseMailboxes(ann, bob);

    const lost = await bob.signals({ after: before.next! });
    expect(lost).to.include({ reset: true, next: null });
    expect(lost.signals).to.deep.equal([]);
    const { cursor, epoch } = await bob.join();
    expect(parseCursor(cursor!)?.generation).to.not.equal(parseCursor(before.next!)?.generation);
    const { acked } = await ann.send(candidates(ann, [4, 5], { epoch: 1, peer_epoch: epoch }));
    expect(acked, 'the writer goes on where they were').to.equal(5);
    expect(
      (await ann.send(candidates(ann, [7], { epoch: 1, peer_epoch: epoch }))).acked,
      'a gap is one',
    ).to.equal(5);
    const anew = await bob.signals({ after: cursor! });
    expect(anew).to.not.have.property('reset');
    expect(dataOf(anew)).to.deep.equal([4, 5]);
  });

  it('that was begun anew by the partner’s signals is another generation', async () => {
    const [ann, bob] = await talking();
    await ann.send(candidates(ann, [1, 2]));
    const before = await bob.signals();
    await loseMailboxes(ann, bob);
    await ann.send(candidates(ann, upTo(4)));

    const lost = await bob.signals({ after: before.next! });
    expect(lost).to.include({ reset: true });
    expect(lost.signals, 'nothing of another log is taken for a continuation').to.deep.equal([]);
  });

  it('wants a cursor that is one', async () => {
    const [, bob] = await talking();
    for (const after of ['7', 'abc', 'abc:', ':7', 'ABC:1', 'abc:-1', `abc:${'9'.repeat(10)}`, 'a b:1'])
      expect(await refusal(bob.signals({ after })), after).to.equal('invalid');
    expect(await bob.signals({ after: `abc:${'9'.repeat(9)}` }), 'a made-up one').to.include({ reset: true });
  });
});

async function loseMailboxes(...people: Player[]): Promise<void> {
  for (const { id, round } of people)
    await redis.del(keys.mailbox('world', round, id), keys.sent('world', round, id));
}
