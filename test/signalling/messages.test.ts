import { expect } from 'chai';
import { clock } from '#core/clock.ts';
import { endRound } from '#core/rounds/end.ts';
import { lockDraft, saveDraft } from '#core/commands/locked.ts';
import { settings } from '#core/settings.ts';
import { transaction } from '#core/transaction.ts';
import { sql } from '#db/postgres.ts';
import {
  connecting,
  nothingIsBroken,
  passTime,
  person,
  refusal,
  roundOf,
  runWave,
  talking,
} from '../cast.ts';
import { newGate, waitsForALock } from '../gate.ts';
import { withoutRedis } from '../outage.ts';
import { candidates, dataOf, upTo } from './letters.ts';

const linesSaved = () => sql<{ text: string }>('SELECT text FROM chat_lines ORDER BY created_at, id');

describe('a chat line', () => {
  afterEach(nothingIsBroken);

  it('reaches the partner through their mailbox, in order with the signals', async () => {
    const [ann, bob] = await talking();
    await ann.send(candidates(ann, [1]));
    const line = await ann.say('Hello\nyou 🥂');
    await ann.send(candidates(ann, [2]));

    const { signals } = await bob.signals();
    expect(signals.map(({ seq, epoch, type, data }) => ({ seq, epoch, type, data }))).to.deep.equal([
      { seq: 1, epoch: 1, type: 'ice-candidate', data: 1 },
      { seq: 2, epoch: 1, type: 'message', data: line },
      { seq: 3, epoch: 1, type: 'ice-candidate', data: 2 },
    ]);
    expect((await ann.signals()).signals, 'not the one who said it').to.deep.equal([]);
  });

  it('wakes the partner’s held request', async () => {
    const [ann, bob] = await talking();
    const held = await bob.holdSignals();
    const line = await ann.say('Hello');
    expect(dataOf(await held.answer)).to.deep.equal([line]);
  });

  it('said again under the same key is one line, also when said at once', async () => {
    const [ann, bob] = await talking();
    const lines = await Promise.all(upTo(5).map(() => ann.say('Hello', 'key')));
    expect(new Set(lines.map(({ id }) => id)).size).to.equal(1);
    expect(await ann.say('Hello', 'key')).to.deep.equal(lines[0]);
    expect((await bob.say('Hello', 'key')).id, 'another’s key').to.not.equal(lines[0]!.id);

    expect(dataOf(await bob.signals())).to.deep.equal([lines[0]]);
    expect(await linesSaved()).to.have.length(2);
  });

  it('of another text under the same key is refused, whichever of two at once comes first', async () => {
    const [ann, bob] = await talking();
    const said = await Promise.allSettled(['one', 'two', 'three'].map((text) => ann.say(text, 'key')));
    expect(said.filter(({ status }) => status === 'fulfilled')).to.have.length(1);
    expect(await refusal(ann.say('four', 'key'))).to.equal('idempotency_mismatch');

    const [saved] = await linesSaved();
    expect(dataOf(await bob.signals())).to.have.length(1);
    expect((await bob.signals()).signals[0]?.data).to.include({ text: saved?.text });
  });

  it('is saved before it is delivered: without Redis it is not lost, and the retry delivers it once', async () => {
    const [ann, bob] = await talking();
    const code = await withoutRedis(() => refusal(ann.say('Are you there?', 'key')));
    expect(code).to.equal('unavailable');
    expect(await linesSaved()).to.deep.equal([{ text: 'Are you there?' }]);
    expect(dataOf(await bob.signals())).to.deep.equal([]);

    const line = await ann.say('Are you there?', 'key');
    await ann.say('Are you there?', 'key');
    expect(dataOf(await bob.signals())).to.deep.equal([line]);
    expect(await linesSaved()).to.have.length(1);
  });

  it('is not said before both are there, nor after the end, nor after the deadline', async () => {
    const [ann, bob] = await connecting();
    expect(await refusal(ann.say('too early'))).to.equal('round_not_started');
    await ann.join();
    expect(await refusal(ann.say('too early'))).to.equal('round_not_started');
    await bob.join();
    await ann.say('now', 'key');
    clock.advance(settings.roundSeconds * 1000);
    expect(await refusal(ann.say('too late')), 'no sweeper has been here').to.equal('round_over');
    await passTime(1, { polling: [ann, bob] });
    expect(await refusal(bob.say('too late'))).to.equal('round_over');

    expect(await linesSaved()).to.deep.equal([{ text: 'now' }]);
    expect((await ann.say('now', 'key')).text, 'a lost response is repeated even then').to.equal('now');
  });

  it('that races the end is saved before it or not at all', async () => {
    const [ann, bob] = await talking();
    const gate = newGate();
    const reached = newGate();
    const ending = transaction(async (tx) => {
      const draft = await lockDraft(tx, { rounds: [ann.round] });
      endRound(draft, ann.round, { reason: 'end', by: [ann.id] });
      await saveDraft(tx, draft);
      reached.open();
      await gate.passed;
    });
    await reached.passed;
    const saying = refusal(bob.say('Wait!'));
    const waited = await waitsForALock(saying);
    gate.open();
    await ending;

    expect(await saying).to.equal('round_over');
    expect(waited, 'the line waits for the end').to.be.true;
    expect(await linesSaved()).to.deep.equal([]);
  });

  it('has up to 1,000 characters, all of which can be seen', async () => {
    const [ann, bob] = await talking();
    await ann.say('x'.repeat(1000));
    for (const text of [
      '',
      '   ',
      '\n\n',
      'x'.repeat(1001),
      'a\u0007b',
      'a\u202eb',
      'a\u0000b',
      '\ud800',
      '\u2800',
    ])
      expect(await refusal(ann.say(text)), JSON.stringify(text.slice(0, 9))).to.equal('invalid');
    for (const body of [{}, { text: 7 }, { text: null }, { text: ['a'] }, { text: 'a', type: 'offer' }]) {
      const { status } = await ann.visit('POST', `/api/video/messages/${ann.round}`, body);
      expect(status, JSON.stringify(body)).to.equal(400);
    }
    expect(await linesSaved()).to.have.length(1);
    expect(dataOf(await bob.signals())).to.have.length(1);
  });

  it('is there again after a refresh, with whose it was', async () => {
    const [ann, bob] = await talking();
    await ann.say('Hello');
    await bob.say('Hello yourself');
    const { messages, cursor } = await ann.join();

    expect(messages.map(({ text, mine }) => [text, mine])).to.deep.equal([
      ['Hello', true],
      ['Hello yourself', false],
    ]);
    expect(dataOf(await ann.signals({ after: cursor! })), 'and not a second time').to.deep.equal([]);
  });

  it('that was delivered is not delivered again because the writer has refreshed', async () => {
    const [ann, bob] = await talking();
    const line = await ann.say('Hello', 'key');
    await ann.join();
    await ann.say('Hello', 'key');
    expect(dataOf(await bob.signals())).to.deep.equal([line]);
  });
});

describe('a text round', () => {
  afterEach(nothingIsBroken);

  const modes: [string, 'video' | 'text' | 'both', 'video' | 'text' | 'both', string | undefined][] = [
    ['is what two make who want text', 'text', 'text', 'text'],
    ['is what somebody makes who wants text with somebody who takes both', 'both', 'text', 'text'],
    ['is not what two make who take both', 'both', 'both', 'video'],
    ['is not made with somebody who wants video', 'text', 'video', undefined],
  ];
  for (const [sentence, first, second, mode] of modes)
    it(sentence, async () => {
      const [ann, bob] = [await person(), await person()];
      await ann.start({ mode: first });
      await bob.start({ mode: second });
      await ann.poll();
      await bob.poll();
      await runWave();
      expect((await ann.poll()).match_data?.mode).to.equal(mode);
      expect((await bob.poll()).match_data?.mode).to.equal(mode);
    });

  it('is a date like any other: lines, clock and decision', async () => {
    const [ann, bob] = [await person(), await person()];
    for (const one of [ann, bob]) {
      await one.start({ mode: 'text' });
      await one.poll();
    }
    await runWave();
    await ann.poll();
    await bob.poll();
    expect((await ann.join()).mode).to.equal('text');
    await bob.join();
    await ann.say('Hello');
    expect(dataOf(await bob.signals())).to.have.length(1);
    clock.advance(settings.roundSeconds * 1000);
    expect((await ann.poll()).decision?.match_id).to.equal(ann.round);
    expect((await roundOf(ann)).mode).to.equal('text');
  });
});
