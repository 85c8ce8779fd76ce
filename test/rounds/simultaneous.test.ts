import { expect } from 'chai';
import { clock } from '#core/clock.ts';
import type { EndReason, State } from '#core/journey/journey.ts';
import { endRoundByClock } from '#core/rounds/end.ts';
import { releaseLeft, releaseLost } from '#core/sweeps/silence.ts';
import { cancelUnjoined } from '#core/sweeps/rounds.ts';
import { rules } from '#core/rules.ts';
import {
  connecting,
  journeyOf,
  isAStory,
  nothingIsBroken,
  passTime,
  roundOf,
  statesOf,
  stepsOf,
  talking,
  type Player,
} from '../cast.ts';
import { inThisOrder } from '../race.ts';

type Verb = (one: Player) => Promise<unknown>;

/** What Ann and Bob can do at the same moment, and the house with them. Ann does hers, Bob his. */
const verbs = {
  skip: (one) => one.skip(),
  end: (one) => one.end(),
  flag: (one) => one.flag(),
  block: (one) => one.block(),
  stop: (one) => one.stop(),
  start: (one) => one.start(),
  join: (one) => one.join().catch(() => undefined),
  continue: (one) => one.decide('continue').catch(() => undefined),
  clock: (one) => endRoundByClock(one.round),
  left: releaseLeft,
  lost: releaseLost,
  unjoined: cancelUnjoined,
} satisfies Record<string, Verb>;

type Name = keyof typeof verbs;
type Outcome = [reason: EndReason, ann: State, bob: State];

/** Who comes first, Ann's verb or Bob's; how the round then ended, and where both are. */
type Row = [ann: Name, bob: Name, annFirst: Outcome, bobFirst: Outcome];

async function meet(
  place: () => Promise<[Player, Player]>,
  [first, second]: ['ann' | 'bob', 'ann' | 'bob'],
  names: Record<'ann' | 'bob', Name>,
) {
  const [ann, bob] = await place();
  const people = { ann, bob };
  await inThisOrder(
    [ann, bob],
    () => verbs[names[first]](people[first]),
    () => verbs[names[second]](people[second]),
  );
  return { ann, bob, outcome: [(await roundOf(ann)).end_reason, ...(await statesOf(ann, bob))] };
}

function inEitherOrder(place: () => Promise<[Player, Player]>, rows: Row[]): void {
  for (const [mine, yours, annFirst, bobFirst] of rows) {
    it(`Ann’s ${mine} just before Bob’s ${yours}: ${annFirst.join(', ')}`, async () => {
      const { outcome } = await meet(place, ['ann', 'bob'], { ann: mine, bob: yours });
      expect(outcome).to.deep.equal(annFirst);
    });
    it(`Bob’s ${yours} just before Ann’s ${mine}: ${bobFirst.join(', ')}`, async () => {
      const { outcome } = await meet(place, ['bob', 'ann'], { ann: mine, bob: yours });
      expect(outcome).to.deep.equal(bobFirst);
    });
  }
}

describe('two endings of a call at the same moment: the first to commit is the ending', () => {
  isAStory();

  inEitherOrder(talking, [
    ['skip', 'skip', ['skip', 'WAITING', 'WAITING'], ['skip', 'WAITING', 'WAITING']],
    ['skip', 'end', ['skip', 'WAITING', 'IDLE'], ['end', 'WAITING', 'IDLE']],
    ['end', 'end', ['end', 'IDLE', 'IDLE'], ['end', 'IDLE', 'IDLE']],
    ['flag', 'skip', ['flag', 'IDLE', 'WAITING'], ['skip', 'DISCONNECTING', 'WAITING']],
    ['flag', 'end', ['flag', 'IDLE', 'IDLE'], ['end', 'DISCONNECTING', 'IDLE']],
    ['flag', 'flag', ['flag', 'IDLE', 'DISCONNECTING'], ['flag', 'DISCONNECTING', 'IDLE']],
    ['block', 'skip', ['block', 'WAITING', 'WAITING'], ['skip', 'DISCONNECTING', 'WAITING']],
    ['block', 'block', ['block', 'WAITING', 'DISCONNECTING'], ['block', 'DISCONNECTING', 'WAITING']],
    ['block', 'flag', ['block', 'WAITING', 'DISCONNECTING'], ['flag', 'DISCONNECTING', 'IDLE']],
    ['stop', 'skip', ['end', 'IDLE', 'WAITING'], ['skip', 'IDLE', 'WAITING']],
    ['stop', 'stop', ['end', 'IDLE', 'IDLE'], ['end', 'IDLE', 'IDLE']],
    ['start', 'skip', ['end', 'WAITING', 'WAITING'], ['skip', 'WAITING', 'WAITING']],
    ['start', 'start', ['end', 'WAITING', 'WAITING'], ['end', 'WAITING', 'WAITING']],
    ['start', 'end', ['end', 'WAITING', 'IDLE'], ['end', 'WAITING', 'IDLE']],
    ['join', 'skip', ['skip', 'DISCONNECTING', 'WAITING'], ['skip', 'DISCONNECTING', 'WAITING']],
    ['continue', 'skip', ['skip', 'DISCONNECTING', 'WAITING'], ['skip', 'DISCONNECTING', 'WAITING']],
  ]);
});

describe('two endings of a round that has not started, at the same moment', () => {
  isAStory();

  inEitherOrder(connecting, [
    ['skip', 'skip', ['skip', 'WAITING', 'WAITING'], ['skip', 'WAITING', 'WAITING']],
    ['skip', 'end', ['skip', 'WAITING', 'IDLE'], ['end', 'WAITING', 'IDLE']],
    ['end', 'end', ['end', 'IDLE', 'IDLE'], ['end', 'IDLE', 'IDLE']],
    ['flag', 'end', ['flag', 'IDLE', 'IDLE'], ['end', 'WAITING', 'IDLE']],
    ['block', 'skip', ['block', 'WAITING', 'WAITING'], ['skip', 'WAITING', 'WAITING']],
    ['join', 'skip', ['skip', 'WAITING', 'WAITING'], ['skip', 'WAITING', 'WAITING']],
    ['start', 'skip', ['end', 'WAITING', 'WAITING'], ['skip', 'WAITING', 'WAITING']],
    ['stop', 'end', ['end', 'IDLE', 'IDLE'], ['end', 'IDLE', 'IDLE']],
  ]);

  const bobIsAwaited = async (): Promise<[Player, Player]> => {
    const [ann, bob] = await connecting();
    await ann.join();
    return [ann, bob];
  };

  it('one of which is a Skip just before the second joining: it never starts', async () => {
    const { ann, outcome } = await meet(bobIsAwaited, ['ann', 'bob'], { ann: 'skip', bob: 'join' });
    expect(outcome).to.deep.equal(['skip', 'WAITING', 'WAITING']);
    expect((await roundOf(ann)).status).to.equal('cancelled');
  });

  it('one of which is a Skip just after the second joining: it has started', async () => {
    const { ann, outcome } = await meet(bobIsAwaited, ['bob', 'ann'], { ann: 'skip', bob: 'join' });
    expect(outcome).to.deep.equal(['skip', 'WAITING', 'DISCONNECTING']);
    expect((await roundOf(ann)).status).to.equal('completed');
  });

  const nobodyCame = async (): Promise<[Player, Player]> => {
    const people = await connecting();
    clock.advance(rules.connectSeconds * 1000 + 1);
    return people;
  };

  it('one of which is a Skip just before the time to join is over', async () => {
    const { outcome } = await meet(nobodyCame, ['ann', 'bob'], { ann: 'skip', bob: 'unjoined' });
    expect(outcome).to.deep.equal(['skip', 'WAITING', 'WAITING']);
  });

  it('one of which is a Skip just after the time to join is over', async () => {
    const { outcome } = await meet(nobodyCame, ['bob', 'ann'], { ann: 'skip', bob: 'unjoined' });
    expect(outcome).to.deep.equal(['not_joined', 'IDLE', 'IDLE']);
  });
});

describe('an ending and the silence of the partner at the same moment', () => {
  isAStory();

  /** Ann has been silent for as long as it takes, and nobody has judged her yet. */
  const silent = async (leaves: boolean) => {
    const [ann, bob] = await talking();
    if (leaves) await ann.leave();
    const seconds = leaves ? rules.leaveGraceSeconds : rules.lostAfterSeconds;
    await passTime(seconds - 1, { polling: [bob] });
    await passTime(2, { polling: [bob], sweeping: false });
    return [ann, bob] as [Player, Player];
  };

  for (const [what, leaves, reason] of [
    ['left', true, 'left'],
    ['lost', false, 'stale'],
  ] as const) {
    it(`${what}: the sweeper first`, async () => {
      const place = () => silent(leaves);
      const ended = await meet(place, ['ann', 'bob'], { ann: what, bob: 'end' });
      expect(ended.outcome).to.deep.equal([reason, 'IDLE', 'IDLE']);
      expect([
        (await journeyOf(ended.ann)).early_exits,
        (await journeyOf(ended.bob)).early_exits,
      ]).to.deep.equal([1, 0]);
    });
    it(`${what}: the partner first`, async () => {
      const place = () => silent(leaves);
      const ended = await meet(place, ['bob', 'ann'], { ann: what, bob: 'skip' });
      expect(ended.outcome).to.deep.equal(['skip', 'DISCONNECTING', 'WAITING']);
      expect((await journeyOf(ended.ann)).early_exits).to.equal(0);
    });
  }
});

describe('an ending and the clock at the same moment', () => {
  isAStory();

  const atTheEnd = (ms: number) => async () => {
    const place = await talking();
    clock.advance(rules.roundSeconds * 1000 - ms);
    return place;
  };

  for (const verb of ['skip', 'end', 'flag', 'block'] as const) {
    it(`a ${verb} an instant before the deadline is the ending, though the clock follows`, async () => {
      const [ann, bob] = await atTheEnd(3000)();
      await inThisOrder(
        [ann, bob],
        () => verbs[verb](ann),
        () => (clock.advance(3000), endRoundByClock(ann.round)),
      );
      const { end_reason, ended_at, deadline_at } = await roundOf(ann);
      expect(end_reason).to.equal(verb);
      expect(ended_at).to.be.below(deadline_at!);
      expect((await stepsOf(bob)).includes('clock')).to.equal(false);
    });

    it(`a ${verb} at the deadline is the clock’s ending, though nobody had noticed it yet`, async () => {
      const [ann, bob] = await atTheEnd(0)();
      await verbs[verb](ann);
      const { end_reason, ended_by, ended_at, deadline_at } = await roundOf(ann);
      expect({ end_reason, ended_by }).to.deep.equal({ end_reason: 'clock', ended_by: null });
      expect(ended_at).to.deep.equal(deadline_at);
      expect((await journeyOf(ann)).early_exits).to.equal(0);
      expect(await statesOf(bob)).to.deep.equal(['DECIDING']);
    });
  }

  it('a decision may come before anybody has noticed the end, and ends the round itself', async () => {
    const [ann, bob] = await atTheEnd(0)();
    await inThisOrder(
      [ann, bob],
      () => ann.decide('continue'),
      () => endRoundByClock(ann.round),
    );
    expect(await statesOf(ann, bob)).to.deep.equal(['WAITING', 'DECIDING']);
    expect((await bob.decide('continue')).outcome).to.equal('mutual');
  });

  it('the clock that strikes twice ends the round once', async () => {
    const [ann, bob] = await atTheEnd(0)();
    await inThisOrder(
      [ann, bob],
      () => endRoundByClock(ann.round),
      () => endRoundByClock(ann.round),
    );
    for (const one of [ann, bob])
      expect((await stepsOf(one)).filter((step) => step === 'clock')).to.have.length(1);
  });
});

describe('any two endings at once', () => {
  isAStory();

  it('as chance has it, end the round once', async () => {
    const names = ['skip', 'end', 'flag', 'block', 'stop', 'start', 'join', 'lost'] as const;
    for (const [turn, mine] of names.entries()) {
      const [ann, bob] = turn % 2 ? await talking() : await connecting();
      const yours = names[(turn * 3 + 1) % names.length]!;
      await Promise.all([verbs[mine](ann), verbs[yours](bob), verbs[mine](ann)]);
      await nothingIsBroken();
      for (const one of [ann, bob]) await one.stop();
    }
  });
});
