import { expect } from 'chai';
import type { Person } from '#core/matching/compatibility.ts';
import type { PollSent } from '../demo/ledger.ts';
import { pairWaits, type Tables } from './pairWaits.ts';

const person = (userId: string, more: Partial<Person> = {}): Person => ({
  ...{ userId, deviceId: `device of ${userId}`, version: 1, guard: 1, mode: 'video', age: 30 },
  ...{ gender: 'other', genders: [], minAge: 18, maxAge: 99, cell: null, maxDistanceKm: null },
  ...{ interests: [], preferredInterests: [], seniority: null, personality: 50, personalityWeight: 0 },
  ...{ priority: 0, waitingSinceMs: 0, cooldownUntilMs: 0, avoid: new Set<string>(), ...more },
});
const polled = (who: string, sentMs: number, doneMs: number, more: Partial<PollSent> = {}): PollSent => ({
  ...{ who, held: true, sentMs, doneMs, coolsUntilMs: 0, ...more },
});

describe('who waited for whom', () => {
  /** Ada waits from 1,000 and Ben from 2,000; they are paired at 5,000 and told at 5,100 and 5,200. */
  const run = () => ({
    closedMs: 100_000,
    polls: [polled('Ada', 1_100, 5_100), polled('Ben', 2_100, 5_200)],
    visits: [
      { round: 'r', who: 'Ada', toldMs: 5_100 },
      { round: 'r', who: 'Ben', toldMs: 5_200 },
    ],
    tables: {
      sessions: new Map([
        ['sa', person('a')],
        ['sb', person('b')],
      ]),
      waited: [
        { who: 'Ada', session: 'sa', fromMs: 1_000, untilMs: 5_000 },
        { who: 'Ben', session: 'sb', fromMs: 2_000, untilMs: 5_000 },
      ],
      rounds: [{ id: 'r', who: ['Ada', 'Ben'], matchedMs: 5_000, endedMs: 9_000 }],
      heldBack: [],
      apart: [],
    } as Tables,
  });
  const found = (change: (one: ReturnType<typeof run>) => unknown = () => undefined) => {
    const one = run();
    change(one);
    return pairWaits({ ...one, visits: one.visits as never }, one.tables);
  };

  it('counts from the first poll of the second who waits until both are told', () =>
    expect(found()).to.deep.equal([
      { who: ['Ada', 'Ben'], fromMs: 2_100, unpairedUntilMs: 5_000, untilMs: 5_200, told: true },
    ]));

  it('counts until the end of a round of which one of the two was never told, or until that one stops polling', () => {
    const untold = (benPollsUntilMs: number) =>
      found(({ visits, polls }) => {
        visits.pop();
        polls[1]!.doneMs = benPollsUntilMs;
      })[0];
    expect(untold(20_000)).to.include({ untilMs: 9_000, told: false });
    expect(untold(6_000)).to.include({ untilMs: 6_000, told: false });
  });

  it('ends every wait when it is time to go home', () => {
    expect(found((one) => (one.closedMs = 4_000))[0]).to.include({ untilMs: 4_000, told: false });
    expect(found((one) => (one.closedMs = 2_000))).to.deep.equal([]);
  });

  it('leaves out two who do not fit', () =>
    expect(found(({ tables }) => tables.sessions.set('sb', person('b', { age: 17 })))).to.deep.equal([]));

  it('leaves out two who have met in the session of either, and counts from when they may meet again', () => {
    const apart = { a: 'b', b: 'a', fromMs: 500, session: null, untilMs: 4_000 };
    expect(
      found(({ tables }) => tables.apart.push({ ...apart, session: 'sa', untilMs: Infinity })),
    ).to.have.length(0);
    expect(
      found(({ tables }) => tables.apart.push({ ...apart, session: 'earlier', untilMs: Infinity })),
    ).to.have.length(1);
    expect(found(({ tables }) => tables.apart.push(apart))[0]).to.include({ fromMs: 4_000 });
  });

  it('leaves out people who do not poll, are held back after a vote or cool down', () => {
    expect(found(({ polls }) => (polls[0] = polled('Ada', 1_100, 1_600)))).to.deep.equal([]);
    expect(
      found(({ tables }) => tables.heldBack.push({ who: 'Ada', fromMs: 900, untilMs: 4_500 }))[0],
    ).to.include({ fromMs: 4_500 });
    expect(found(({ polls }) => (polls[1]!.coolsUntilMs = 4_700))[0]).to.include({ fromMs: 4_700 });
  });

  it('counts a plain script as there between its polls, and as told when there is something to hear', () => {
    const plain = { held: false };
    const [wait] = found(({ polls }) => {
      polls.splice(1, 1, polled('Ben', 2_100, 2_120, plain), polled('Ben', 4_900, 4_920, plain));
      polls.push(polled('Ben', 7_500, 7_520, plain));
    });
    expect(wait).to.include({ fromMs: 2_100, unpairedUntilMs: 5_000, untilMs: 5_100, told: true });
  });

  it('ends the wait of two when one of them is paired with another person', () => {
    const [wait] = found(({ tables }) => {
      tables.rounds[0]!.who = ['Ada', 'Cem'];
      tables.waited[1]!.untilMs = 8_000;
    });
    expect(wait).to.include({ fromMs: 2_100, unpairedUntilMs: 5_000, untilMs: 5_000, told: false });
  });
});
