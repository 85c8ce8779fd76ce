import { expect } from 'chai';
import type { State } from '#core/journey/journey.ts';
import { judge } from './judge.ts';
import { newLedger, note, type Ledger, type Visit } from './ledger.ts';
import { makeUp } from './person.ts';
import type { Listed } from './sides.ts';

const [ada, ben] = [makeUp(0, 1, 'run'), makeUp(1, 1, 'run')];
const nameOf = (person: typeof ada) => person.guest.display_name;
const beganMs = Date.parse('2026-01-01T12:00:00Z');
const at = (seconds: number) => new Date(beganMs + seconds * 1000).toISOString();

describe('the judge of the demo', () => {
  it('finds nothing in an evening on which all was well', () =>
    expect(verdict(() => undefined)).to.deep.equal([]));

  const wrongs: Record<string, (evening: ReturnType<typeof goodEvening>) => unknown> = {
    'no way from IDLE to IN_CALL in 1 steps': ({ ledger }) => trail(ledger, [8, 'IDLE'], [9, 'IN_CALL']),
    'one version, two states: IDLE and WAITING': ({ ledger }) => trail(ledger, [8, 'IDLE'], [8, 'WAITING']),
    'a round went on after its end': ({ visits }) => (visits[0].overstayedMs = 1_001),
    'told of the end more than a second late': ({ visits }) => (visits[1].overMs = visits[1].endsMs! + 1_001),
    'a round that never ended': ({ lists }) => lists.forEach((list) => (list[0]!.ended_at = null)),
    'somebody in two rounds at once': ({ lists, ledger, visits }) =>
      again(ledger, lists, visits, 4, 'another'),
    'two started rounds of one pair in one session': ({ lists, ledger, visits }) =>
      again(ledger, lists, visits, 9),
    'the two of a round disagree: ended_at': ({ adas }) => (adas.ended_at = at(4)),
    'the two of a round disagree: ended_by': ({ adas }) => (adas.ended_by = 'me'),
    'the two of a round disagree: role': ({ visits }) => (visits[0].role = 'answerer'),
    'the two of a round disagree: partner': ({ adas }) => (adas.partner!.user_name = 'Eve'),
    'somebody does not list a round': ({ lists }) => lists.set(nameOf(ada), []),
    'a match of which somebody was not told': ({ visits }) => (visits[0].toldMutual = false),
    'somebody was told of a match that is none': ({ lists }) =>
      lists.forEach(([listed]) => {
        Object.assign(listed!, { mutual: false, mutual_at: null });
        listed!.partner!.contact_handle = null;
      }),
    'a contact handle is where it does not belong, or not where it does': ({ adas }) =>
      (adas.partner!.contact_handle = null),
  };
  for (const [sentence, spoil] of Object.entries(wrongs))
    it(`finds: ${sentence}`, () => expect(verdict(spoil)).to.deep.equal([sentence]));

  it('lets a plain script miss its match where an answer to it was lost, and nobody else', () => {
    const missed = (held: boolean, answerLost: boolean) =>
      verdict(({ visits: [ada] }) => Object.assign(ada, { held, answerLost, toldMutual: false }));
    expect(missed(false, true)).to.deep.equal([]);
    for (const others of [missed(false, false), missed(true, true)])
      expect(others).to.deep.equal(['a match of which somebody was not told']);
  });

  it('does not miss the rounds that somebody has hidden by a block', () =>
    expect(
      verdict(({ visits, lists }) => {
        visits[0].did = 'block';
        lists.forEach((list) => list.splice(0));
      }),
    ).to.deep.equal([]));
});

function verdict(spoil: (evening: ReturnType<typeof goodEvening>) => unknown): string[] {
  const evening = goodEvening();
  spoil(evening);
  judge(evening);
  return [...evening.ledger.broken.keys()];
}

/** Ada and Ben have met once, for five seconds, and said yes. */
function goodEvening() {
  const ledger = newLedger();
  for (const person of [ada, ben])
    for (const [version, state] of (
      ['IDLE', 'WAITING', 'CONNECTING', 'IN_CALL', 'DECIDING', 'WAITING'] as const
    ).entries())
      note(ledger, nameOf(person), version + 1, state);
  const visits = [
    visitOf(nameOf(ada), nameOf(ben), 'offerer'),
    visitOf(nameOf(ben), nameOf(ada), 'answerer'),
  ] as const;
  ledger.visits.push(...visits);
  const adas = listedWith(ben);
  const lists = new Map([
    [nameOf(ada), [adas]],
    [nameOf(ben), [listedWith(ada)]],
  ]);
  return { people: [ada, ben], ledger, visits, adas, lists };
}

function visitOf(who: string, partner: string, role: Visit['role']): Visit {
  return {
    ...{
      round: 'round',
      who,
      partner,
      session: `session of ${who}`,
      role,
      mode: 'video',
      held: true,
      fresh: true,
    },
    ...{
      waitingMs: beganMs,
      thereMs: beganMs,
      toldMs: beganMs + 20,
      endsMs: beganMs + 6_000,
      overMs: beganMs + 6_030,
      overstayedMs: 0,
    },
    ...{ did: null, didMs: 0, away: false, toldMutual: true, vote: null, answerLost: false, measured: true },
  };
}

function listedWith(partner: typeof ada): Listed {
  return {
    ...{
      match_id: 'round',
      mode: 'video',
      status: 'completed',
      duration_seconds: 5,
      compatibility_score: 50,
    },
    ...{ matched_at: at(0), started_at: at(1), ended_at: at(6), end_reason: 'clock', ended_by: 'system' },
    ...{ mutual: true, mutual_at: at(7), my_decision: 'continue', matched_topics: [] },
    ...{ session_id: 'session', joined_at: at(0), partner_joined_at: at(1), decided_at: at(6) },
    partner: {
      user_name: nameOf(partner),
      ...{ user_age: 30, user_bio: '', user_interests: [] },
      contact_handle: partner.more.contact_handle,
    },
  };
}

/** Eve was here and there. */
function trail(ledger: Ledger, ...steps: [version: number, state: State][]): void {
  for (const [version, state] of steps) note(ledger, 'Eve', version, state);
}

/** The two have a second round, so many seconds after the first one began. */
function again(
  ledger: Ledger,
  lists: Map<string, Listed[]>,
  visits: readonly Visit[],
  seconds: number,
  session?: string,
): void {
  for (const list of lists.values())
    list.push({
      ...list[0]!,
      match_id: 'second',
      matched_at: at(seconds),
      started_at: at(seconds + 1),
      ended_at: at(seconds + 6),
    });
  for (const visit of visits)
    ledger.visits.push({ ...visit, round: 'second', session: session ?? visit.session });
}
