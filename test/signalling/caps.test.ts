import { expect } from 'chai';
import { rules } from '#core/rules.ts';
import { fitsMailbox, signalTypes } from '#core/mailbox/signal.ts';
import { connecting, nothingIsBroken, refusal, Refused, talking, type Player } from '../cast.ts';
import { candidates, dataOf, upTo } from './letters.ts';

describe('a signal', () => {
  afterEach(nothingIsBroken);

  it('has 16 KB for its data, counted as UTF-8', () => {
    const room = rules.signalBytes - 2; // the quotation marks
    expect(fitsMailbox('x'.repeat(room))).to.be.true;
    expect(fitsMailbox('x'.repeat(room + 1))).to.be.false;
    expect(fitsMailbox('é'.repeat(room / 2))).to.be.true;
    expect(fitsMailbox(`${'é'.repeat(room / 2)}x`)).to.be.false;
    expect(fitsMailbox('🥂'.repeat(rules.signalBytes / 4))).to.be.false;
  });

  it('that is larger is refused, alone or in a batch, and the rest of the batch with it', async () => {
    const [ann, bob] = await talking();
    const fits = 'é'.repeat(rules.signalBytes / 2 - 1);
    const single = { session_id: ann.round, type: 'offer' as const };
    expect(await refusal(ann.send({ ...single, data: `${fits}x` }))).to.equal('invalid');
    const batch = candidates(ann, upTo(2));
    batch.signals.push({ client_seq: 3, type: 'offer', data: `${fits}x` });
    expect(await refusal(ann.send(batch))).to.equal('invalid');
    await ann.send({ ...single, data: fits });

    expect(dataOf(await bob.signals())).to.deep.equal([fits]);
  });

  it('may be one of 64 in a request, not of 65', async () => {
    const [ann, bob] = await talking();
    expect((await ann.send(candidates(ann, upTo(rules.signalsPerPost)))).acked).to.equal(64);
    expect(await refusal(ann.send(candidates(ann, upTo(129, 65))))).to.equal('invalid');
    expect(await refusal(ann.send({ session_id: ann.round, signals: [] }))).to.equal('invalid');

    expect(dataOf(await bob.signals())).to.have.length(64);
  });

  it('is of a type that there is, and a message only comes from a saved line', async () => {
    const [ann, bob] = await talking();
    for (const type of signalTypes) await ann.send({ session_id: ann.round, type, data: type });
    for (const type of ['message', 'Offer', '', 'constructor', null, 7]) {
      const single = await ann.visit('POST', '/api/video/send-signal', {
        session_id: ann.round,
        type,
        data: 'forged',
      });
      expect(single.status, String(type)).to.equal(400);
      const signals = [{ client_seq: 1, type, data: 'forged' }];
      const batch = await ann.visit('POST', '/api/video/send-signal', { session_id: ann.round, signals });
      expect(batch.status, String(type)).to.equal(400);
    }
    expect(dataOf(await bob.signals())).to.deep.equal([...signalTypes]);
  });

  it('that is refused says which field is wrong', async () => {
    const ann = (await talking())[0];
    const errorsOf = async (body: object) => {
      const answer = await ann.visit('POST', '/api/video/send-signal', { session_id: ann.round, ...body });
      return (answer.body as { errors: { path: string }[] }).errors.map(({ path }) => path);
    };
    expect(await errorsOf({ type: 'message', data: 1 })).to.deep.equal(['type']);
    expect(await errorsOf({ type: 'offer' })).to.deep.equal(['data']);
    expect(await errorsOf({ type: 'offer', data: 1, epoch: 1 })).to.deep.equal(['epoch']);
    expect(await errorsOf({ signals: [{ type: 'message', data: 1 }] })).to.have.members([
      'signals.0.type',
      'signals.0.client_seq',
    ]);
    expect(
      await errorsOf({ signals: [{ client_seq: 1, type: 'offer', data: 1 }], peer_epoch: -1 }),
    ).to.deep.equal(['peer_epoch']);
  });
});

describe('a mailbox', () => {
  afterEach(nothingIsBroken);

  it('takes 500 signals; the next is refused with what has arrived, and nothing is dropped in silence', async () => {
    const [ann, bob] = await talking();
    await fill(ann, 490);
    const error = await ann.visit('POST', '/api/video/send-signal', candidates(ann, upTo(510, 491)));
    expect(error.status).to.equal(429);
    expect(error.body).to.include({ code: 'mailbox_full', acked: 500 });
    expect(await refusal(ann.send({ session_id: ann.round, type: 'bye', data: 0 }))).to.equal('mailbox_full');

    expect(dataOf(await bob.signals())).to.deep.equal(upTo(500));
    expect((await ann.send(candidates(ann, upTo(500, 450)))).acked, 'a repetition is no addition').to.equal(
      500,
    );
  });

  it('takes so many bytes of signals; the next is refused with what has arrived, and a message still arrives', async () => {
    const [ann, bob] = await talking();
    const sent = largest(ann);
    const [first, rest] = [sent.signals.slice(0, 10), sent.signals.slice(10)];
    await ann.send({ ...sent, signals: first });
    const refused = await ann.visit('POST', '/api/video/send-signal', { ...sent, signals: rest });
    const { acked } = refused.body as { acked: number };
    expect(refused.status).to.equal(429);
    expect(refused.headers.get('retry-after')).to.equal('1');
    expect(refused.body).to.include({ code: 'mailbox_full' });
    const room = rules.mailboxBytes - rules.mailboxChatBytes;
    expect(acked).to.be.within(
      Math.floor(room / rules.signalBytes) - 1,
      Math.floor(room / rules.signalBytes),
    );

    const { text } = await ann.say('Can you hear me?');
    const signals = await readAll(bob);
    expect(signals.slice(0, -1).map(({ data }) => data)).to.deep.equal(
      sent.signals.slice(0, acked).map(({ data }) => data),
    );
    expect(signals.at(-1)).to.deep.include({ type: 'message' });
    expect(signals.at(-1)?.data).to.include({ text });
  });

  it('is read in pages, one after the other, of which none is larger than a page', async () => {
    const [ann, bob] = await talking();
    const { signals, ...batch } = largest(ann);
    await ann.send({ ...batch, signals: signals.slice(0, 11) });
    let pages = 0;
    for (let after: string | undefined; ; pages += 1) {
      const page = await bob.signals({ ...(after && { after }) });
      expect(JSON.stringify(page.signals).length).to.be.below(rules.mailboxPageBytes + 1000);
      if (page.signals.length === 0) break;
      after = page.next!;
    }
    expect(pages).to.equal(4);
  });

  it('that is full still lets the call end', async () => {
    const [ann, bob] = await talking();
    await fill(ann, 500);
    expect((await ann.end()).state).to.equal('IDLE');
    expect((await bob.poll()).notice).to.include({ reason: 'end' });
  });

  it('of the partner who has not joined is capped as well', async () => {
    const [ann] = await connecting();
    await ann.join();
    await fill(ann, 500);
    expect(await refusal(ann.send(candidates(ann, [501])))).to.equal('mailbox_full');
  });
});

async function fill(from: Player, count: number): Promise<void> {
  for (let first = 1; first <= count; first += rules.signalsPerPost) {
    const last = Math.min(count, first + rules.signalsPerPost - 1);
    const { acked } = await from.send(candidates(from, upTo(last, first)));
    if (acked !== last)
      throw new Refused('fill', { status: 0, headers: new Headers(), body: { detail: String(acked) } });
  }
}

/** A batch of the largest signals there are: more than a mailbox takes. */
function largest(from: Player) {
  const batch = candidates(from, upTo(20));
  for (const signal of batch.signals) signal.data = `${signal.client_seq}`.padEnd(rules.signalBytes - 2, 'x');
  return batch;
}

/** Everything in a mailbox, page by page, as a client reads it. */
async function readAll(reader: Player) {
  const signals = [];
  for (let after: string | undefined; ;) {
    const page = await reader.signals({ ...(after && { after }) });
    if (page.signals.length === 0) return signals;
    signals.push(...page.signals);
    after = page.next!;
  }
}
