import { expect } from 'chai';
import type { Batch } from '../../../client/api/api.ts';
import { Problem } from '../../../client/api/problem.ts';
import type { Sent } from '../../../client/api/wire.ts';
import { createOutbox, type Loss, type Outbox } from '../../../client/call/outbox.ts';

type Reply = Partial<Sent> | Problem | Error | ((batch: Batch) => Promise<Sent>);

/** An outbox whose server follows a script, and takes everything once it has ended. */
function open(...script: Reply[]) {
  const batches: Batch[] = [];
  const losses: Loss[] = [];
  const peers: number[] = [];
  const broken: unknown[] = [];
  let peerEpoch = 1;
  const outbox: Outbox = createOutbox({
    roundId: 'round',
    epoch: 7,
    peerEpoch: () => peerEpoch,
    post: async (batch) => {
      batches.push(structuredClone(batch));
      const reply = script.shift() ?? {};
      if (reply instanceof Error) throw reply;
      if (typeof reply === 'function') return reply(batch);
      return {
        acked: batch.signals.at(-1)?.client_seq ?? 0,
        dropped: 0,
        epoch: 7,
        peer_epoch: peerEpoch,
        ...reply,
      };
    },
    onPeerEpoch: (epoch) => peers.push(epoch),
    onLost: (loss) => losses.push(loss),
    onBroken: (error) => broken.push(error),
  });
  const contents = () =>
    batches.map(({ signals }) => signals.map(({ client_seq, data }) => [client_seq, data]));
  return {
    outbox,
    batches,
    losses,
    peers,
    broken,
    contents,
    partnerIs: (epoch: number) => void (peerEpoch = epoch),
  };
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const lost = () => new Problem('unreachable', 0);

describe('the outbox', () => {
  it('sends a description at once, and candidates together a moment later', async () => {
    const { outbox, contents } = open();
    outbox.put('offer', 'sdp', 'now');
    await pause(5);
    outbox.put('ice-candidate', 'one', 'soon');
    await pause(10);
    outbox.put('ice-candidate', 'two', 'soon');
    await pause(60);
    expect(contents()).to.deep.equal([
      [[1, 'sdp']],
      [
        [2, 'one'],
        [3, 'two'],
      ],
    ]);
  });

  it('sends again exactly what it sent when no answer came', async () => {
    const { outbox, batches } = open(lost(), lost());
    outbox.put('offer', 'sdp', 'now');
    await pause(1);
    outbox.put('ice-candidate', 'later', 'now');
    await pause(800);
    expect(batches).to.have.length(4);
    expect(batches[1]).to.deep.equal(batches[0]);
    expect(batches[2]).to.deep.equal(batches[0]);
    expect(batches[3]?.signals[0]).to.include({ client_seq: 2, data: 'later' });
  });

  it('tells of an error that is not the server’s, and sends the same batch again', async () => {
    const error = new TypeError('the answer could not be read');
    const { outbox, batches, broken } = open(error);
    outbox.put('offer', 'sdp', 'now');
    await pause(600);
    expect(broken).to.deep.equal([error]);
    expect(batches).to.have.length(2);
    expect(batches[1]).to.deep.equal(batches[0]);
    outbox.put('ice-candidate', 'later', 'now');
    await pause(10);
    expect(batches[2]?.signals[0]).to.include({ client_seq: 2, data: 'later' });
  });

  it('has one batch on its way at a time', async () => {
    let answer = (_sent: Sent): void => undefined;
    const { outbox, batches } = open(() => new Promise<Sent>((resolve) => (answer = resolve)));
    outbox.put('offer', 'one', 'now');
    outbox.put('offer', 'two', 'now');
    outbox.put('offer', 'three', 'now');
    await pause(60);
    expect(batches).to.have.length(1);
    answer({ acked: 1, dropped: 0, epoch: 7, peer_epoch: 1 });
    await pause(5);
    expect(batches).to.have.length(2);
    expect(batches[1]?.signals).to.have.length(2);
  });

  it('leaves no gap in its numbers when what waited is forgotten', async () => {
    const { outbox, contents, batches, partnerIs } = open();
    outbox.put('offer', 'for the old page', 'now');
    outbox.put('ice-candidate', 'for the old page too', 'soon');
    partnerIs(2);
    outbox.clear();
    outbox.put('offer', 'for the new page', 'now');
    await pause(60);
    expect(contents()).to.deep.equal([[[1, 'for the old page']], [[2, 'for the new page']]]);
    expect(batches.map((batch) => batch.peer_epoch)).to.deep.equal([1, 2]);
  });

  it('tells of the partner’s newer page', async () => {
    const { outbox, peers } = open({ dropped: 1, peer_epoch: 2 });
    outbox.put('offer', 'sdp', 'now');
    await pause(5);
    expect(peers).to.deep.equal([2]);
  });

  it('sends the rest when only some was taken', async () => {
    const { outbox, contents } = open({ acked: 1 });
    outbox.put('ice-candidate', 'one', 'soon');
    outbox.put('ice-candidate', 'two', 'now');
    await pause(250);
    expect(contents().at(-1)).to.deep.equal([[2, 'two']]);
  });

  it('waits when the partner’s mailbox is full, and sends what it did not take', async () => {
    const document = { code: 'mailbox_full', status: 429, acked: 1, type: '', title: '', detail: '' };
    const { outbox, contents } = open(new Problem('mailbox_full', 429, document));
    outbox.put('ice-candidate', 'one', 'soon');
    outbox.put('ice-candidate', 'two', 'now');
    await pause(500);
    expect(contents()).to.have.length(1);
    await pause(900);
    expect(contents().at(-1)).to.deep.equal([[2, 'two']]);
  });

  it('gives up when the server has forgotten what it had sent, or takes nothing from this page', async () => {
    const forgotten = open({}, { acked: 0 });
    forgotten.outbox.put('offer', 'one', 'now');
    await pause(5);
    forgotten.outbox.put('offer', 'two', 'now');
    await pause(5);
    expect(forgotten.losses).to.deep.equal(['forgotten']);

    const replaced = open(new Problem('replaced', 409));
    replaced.outbox.put('offer', 'one', 'now');
    await pause(5);
    expect(replaced.losses).to.deep.equal(['replaced']);
  });

  it('goes on after a signal that nobody will ever take', async () => {
    const { outbox, contents } = open(new Problem('invalid', 400));
    outbox.put('offer', 'too long', 'now');
    await pause(5);
    outbox.put('offer', 'better', 'now');
    await pause(5);
    expect(contents().at(-1)).to.deep.equal([[1, 'better']]);
  });

  it('is silent once it is closed', async () => {
    const { outbox, batches } = open(lost());
    outbox.put('offer', 'one', 'now');
    outbox.close();
    outbox.put('offer', 'two', 'now');
    await pause(300);
    expect(batches).to.have.length(1);
  });
});
