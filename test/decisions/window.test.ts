import { expect } from 'chai';
import { clock } from '#core/clock.ts';
import { settle } from '#core/decisions/settle.ts';
import { newId } from '#core/ids.ts';
import { lockDraft } from '#core/commands/locked.ts';
import { settings } from '#core/settings.ts';
import { sweep } from '#core/sweeper.ts';
import { transaction } from '#core/transaction.ts';
import { sql } from '#db/postgres.ts';
import {
  connecting,
  deciding,
  journeyOf,
  nothingIsBroken,
  person,
  refusal,
  roundOf,
  talking,
  type Player,
} from '../cast.ts';
import { newGate, waitsForALock } from '../gate.ts';

const votesSaved = () => sql('SELECT user_id FROM decisions');

describe('the decision window', () => {
  afterEach(nothingIsBroken);

  it('has not opened while the call is on', async () => {
    const [ann, bob] = await talking();
    expect(await refusal(ann.decide('continue'))).to.equal('decision_closed');
    clock.advance(settings.roundSeconds * 1000 - 10_000);
    expect(await refusal(bob.decide('continue'))).to.equal('decision_closed');
    expect((await ann.poll()).state).to.equal('IN_CALL');
  });

  const others: [string, (ann: Player, bob: Player) => Promise<unknown>][] = [
    ['skip', (ann) => ann.skip()],
    ['end', (ann) => ann.end()],
    ['block', (ann) => ann.block()],
    ['flag', (ann) => ann.flag()],
    ['end of the session', (ann) => ann.stop()],
  ];
  for (const [ending, end] of others)
    it(`never opens after a ${ending}`, async () => {
      const [ann, bob] = await talking();
      await end(ann, bob);
      for (const one of [ann, bob]) expect(await refusal(one.decide('continue'))).to.equal('decision_closed');
      expect(await votesSaved()).to.deep.equal([]);
    });

  it('never opens for a round that did not begin', async () => {
    const [ann, bob] = await connecting();
    expect(await refusal(ann.decide('continue'))).to.equal('decision_closed');
    await bob.skip();
    expect(await refusal(ann.decide('continue'))).to.equal('decision_closed');
  });

  it('closes after twenty seconds, whether or not anybody has looked', async () => {
    const [ann, bob] = await deciding();
    clock.advance(settings.decisionSeconds * 500);
    await ann.decide('continue');
    clock.advance(settings.decisionSeconds * 500);
    expect(await refusal(bob.decide('continue'))).to.equal('decision_closed');
    expect((await roundOf(ann)).settled_at, 'no sweeper has been here').to.be.null;
    await sweep();
    expect(await refusal(bob.decide('continue'))).to.equal('decision_closed');
    expect((await roundOf(ann)).mutual_at).to.be.null;
  });

  it('closes when whoever sits in front of it reads: nobody is left there', async () => {
    const [ann] = await deciding();
    clock.advance(settings.decisionSeconds * 1000);
    expect(await ann.poll()).to.include({ state: 'WAITING', decision: null });
    expect((await roundOf(ann)).status).to.equal('passed');
  });

  it('takes one vote from each: a second, different one is refused, before the close and after', async () => {
    const [ann, bob] = await deciding();
    await ann.decide('continue');
    for (const other of ['skip', 'next'] as const)
      expect(await refusal(ann.decide(other))).to.equal('already_decided');
    await bob.decide('skip');
    expect(await refusal(bob.decide('continue'))).to.equal('already_decided');
    clock.advance(settings.decisionSeconds * 1000);
    await sweep();
    expect(await refusal(bob.decide('continue'))).to.equal('already_decided');
    expect(await sql('SELECT decision FROM decisions ORDER BY decision')).to.deep.equal([
      { decision: 'continue' },
      { decision: 'skip' },
    ]);
  });

  it('takes one of two different votes that come at once', async () => {
    const [ann] = await deciding();
    const votes = await Promise.allSettled(
      (['continue', 'skip', 'next'] as const).map((vote) => ann.decide(vote)),
    );
    expect(votes.filter(({ status }) => status === 'fulfilled')).to.have.length(1);
    expect(await votesSaved()).to.have.length(1);
  });

  it('stays open for those who have gone home, also for a match', async () => {
    const [ann, bob] = await deciding();
    await ann.stop();
    await bob.stop();
    expect((await ann.decide('continue')).outcome).to.equal('pending');
    expect((await journeyOf(ann)).state).to.equal('IDLE');
    expect((await bob.decide('continue')).outcome).to.equal('mutual');
    expect((await ann.poll()).notice).to.include({ reason: 'mutual', match_id: ann.round });
    expect((await journeyOf(bob)).state).to.equal('IDLE');
  });

  it('is for the two of the round: a stranger’s and an unknown one are the same 404', async () => {
    const [ann] = await deciding();
    const eve = await person();
    const answers = [];
    for (const match_id of [ann.round, newId()])
      answers.push(
        await eve.visit('POST', '/api/continuous-matching/continue-decision', { match_id, decision: 'next' }),
      );
    expect(answers.map(({ status }) => status)).to.deep.equal([404, 404]);
    const [strangers, unknowns] = answers.map(({ body }) => ({ ...(body as object), instance: '' }));
    expect(strangers).to.deep.equal(unknowns);
    expect(await votesSaved()).to.deep.equal([]);
  });

  it('that has been settled takes no vote any more, not even from a process whose clock is behind', async () => {
    const [ann, bob] = await deciding();
    await ann.decide('continue');
    const { settling, voting } = await inTurn(ann, [
      ['settling', settings.decisionSeconds * 1000, () => settle(ann.round)],
      ['voting', 0, () => bob.decide('continue')],
    ]);
    await settling;
    expect(await refusal(voting!)).to.equal('decision_closed');
    expect(await roundOf(ann)).to.include({ status: 'passed', mutual_at: null });
    expect(await votesSaved()).to.have.length(1);
  });

  it('that closes just after the second yes is a match', async () => {
    const [ann, bob] = await deciding();
    await ann.decide('continue');
    const { settling, voting } = await inTurn(ann, [
      ['voting', 0, () => bob.decide('continue')],
      ['settling', settings.decisionSeconds * 1000, () => settle(ann.round)],
    ]);
    await settling;
    expect(await voting).to.include({ outcome: 'mutual' });
    expect((await roundOf(ann)).status).to.equal('completed');
  });
});

/** Two verbs of one round, each begun at its own instant, that get their locks in this order. */
async function inTurn(
  { round }: Player,
  verbs: [name: string, afterMs: number, begin: () => Promise<unknown>][],
): Promise<Record<string, Promise<unknown>>> {
  const [held, gate] = [newGate(), newGate()];
  const holding = transaction(async (tx) => {
    await lockDraft(tx, { rounds: [round] });
    held.open();
    await gate.passed;
  });
  await held.passed;
  const begun: Record<string, Promise<unknown>> = {};
  for (const [name, afterMs, begin] of verbs) {
    clock.advance(afterMs);
    const work = (begun[name] = begin());
    work.catch(() => undefined);
    await waitsForALock(work, Object.keys(begun).length);
    clock.advance(-afterMs);
  }
  gate.open();
  await holding;
  return begun;
}
