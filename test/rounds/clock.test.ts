import { expect } from 'chai';
import { clock } from '#core/clock.ts';
import { ringAll } from '#core/polling/holders.ts';
import { rules } from '#core/rules.ts';
import { sweep } from '#core/sweeper.ts';
import {
  deciding,
  emptyRedis,
  journeyOf,
  isAStory,
  passTime,
  refusal,
  roundOf,
  statesOf,
  talking,
  type Player,
} from '../cast.ts';
import { withoutRedis } from '../outage.ts';

const roundMs = rules.roundSeconds * 1000;

describe('the clock of a round', () => {
  isAStory();

  it('lets them talk for a hundred and eighty seconds, and not a second more', async () => {
    const [ann, bob] = await talking();
    for (let second = 4; second < rules.roundSeconds; second += 4) {
      clock.advance(3000);
      await passTime(1, { polling: [ann, bob] });
    }
    await passTime(3.9, { polling: [ann, bob] });
    expect(await statesOf(ann, bob)).to.deep.equal(['IN_CALL', 'IN_CALL']);
    await passTime(0.1, { polling: [ann, bob] });
    expect(await statesOf(ann, bob)).to.deep.equal(['DECIDING', 'DECIDING']);
  });

  it('is counted down in every answer, from the server’s own clock', async () => {
    const [ann] = await talking();
    clock.advance(30_000);
    const [look, signals] = [await ann.look(), await ann.signals()];
    for (const left of [look.remaining_ms!, signals.session.remaining_ms!])
      expect(left).to.be.within(149_000, 150_000);
    expect(Date.parse(String(look.ends_at)) - Date.parse(String(look.server_time))).to.be.within(
      149_000,
      150_000,
    );
  });

  it('tells both at once when they hold a request', async () => {
    const [ann, bob] = await talking();
    const held = [await ann.hold(), await bob.holdSignals()] as const;
    clock.advance(roundMs);
    await sweep();
    expect(await held[0].answer).to.include({ state: 'DECIDING', match_found: false });
    expect((await held[1].answer).session).to.include({ state: 'DECIDING', status: 'completed' });
  });

  it('ends it at the deadline, however late it is noticed; the window to decide begins when it is noticed', async () => {
    const [ann] = await talking();
    clock.advance(roundMs + 40_000);
    const noticed = clock.ms();
    await sweep();
    const { ended_at, deadline_at, decide_until } = await roundOf(ann);
    expect(ended_at).to.deep.equal(deadline_at);
    expect(decide_until!.getTime()).to.be.closeTo(noticed + rules.decisionSeconds * 1000, 500);
    expect((await ann.poll()).decision?.remaining_ms).to.be.closeTo(rules.decisionSeconds * 1000, 1000);
  });
});

describe('the end of a round, when only the sweeper is left', () => {
  isAStory();

  it('comes on time without Redis, and everybody finds it there when Redis is back', async () => {
    const [ann, bob] = await talking();
    await withoutRedis(async () => {
      clock.advance(roundMs);
      await sweep();
      expect(await statesOf(ann, bob)).to.deep.equal(['DECIDING', 'DECIDING']);
    });
    await passTime(2);
    expect(await ann.poll()).to.include({ state: 'DECIDING' });
  });

  it('and the end of the window too', async () => {
    const [ann, bob] = await deciding();
    await withoutRedis(async () => {
      clock.advance(rules.decisionSeconds * 1000);
      await sweep();
      expect(await statesOf(ann, bob)).to.deep.equal(['WAITING', 'WAITING']);
      expect((await roundOf(ann)).status).to.equal('passed');
    });
    await passTime(2);
  });

  it('comes all the same when Redis has been emptied, and the job with it', async () => {
    const [ann, bob] = await talking();
    await emptyRedis();
    await passTime(1);
    clock.advance(roundMs);
    await sweep();
    expect(await statesOf(ann, bob)).to.deep.equal(['DECIDING', 'DECIDING']);
  });
});

describe('the end of a round, when nobody is left but its reader', () => {
  isAStory();

  const reads: Record<string, (ann: Player) => Promise<unknown>> = {
    'a poll': (ann) => ann.poll(),
    'a heartbeat': (ann) => ann.heartbeat(),
    'a look at the round': (ann) => ann.look(),
    'reading the signals': (ann) => ann.signals(),
    'a Skip': (ann) => ann.skip(),
    'joining again': (ann) => refusal(ann.join()),
    'a decision': (ann) => ann.decide('next'),
  };
  for (const [what, read] of Object.entries(reads))
    it(`is found by ${what}`, async () => {
      const [ann, bob] = await talking();
      clock.advance(roundMs);
      await read(ann);
      const { end_reason, ended_at, deadline_at } = await roundOf(ann);
      expect(end_reason).to.equal('clock');
      expect(ended_at).to.deep.equal(deadline_at);
      expect(await statesOf(bob)).to.deep.equal(['DECIDING']);
    });

  it('is found by a request that is being held', async () => {
    const [ann] = await talking();
    clock.advance(roundMs - 2000);
    const held = await ann.hold();
    clock.advance(2000);
    ringAll(); // as every two seconds
    expect(await held.answer).to.include({ state: 'DECIDING' });
  });

  it('and that of the window too', async () => {
    const [ann, bob] = await deciding();
    clock.advance(rules.decisionSeconds * 1000);
    expect(await ann.poll()).to.include({ state: 'WAITING', decision: null });
    expect(await statesOf(ann, bob)).to.deep.equal(['WAITING', 'WAITING']);
    expect(await refusal(bob.decide('continue'))).to.equal('decision_closed');
  });

  it('is no round to write into', async () => {
    const [ann] = await talking();
    clock.advance(roundMs);
    expect(await refusal(ann.say('one more thing'))).to.equal('round_over');
    expect(await refusal(ann.send({ session_id: ann.round, type: 'offer', data: {} }))).to.equal(
      'round_over',
    );
  });
});

describe('a finished round', () => {
  isAStory();

  it('makes up for the early exits before it', async () => {
    const [ann, bob] = await talking();
    await ann.skip();
    for (const one of [ann, bob]) await one.stop();
    expect((await journeyOf(ann)).early_exits).to.equal(1);
    await deciding(ann, bob);
    expect((await journeyOf(ann)).early_exits).to.equal(0);
  });
});
