import { expect } from 'chai';
import { createApi, type Api } from '../../../client/api/api.ts';
import { Problem } from '../../../client/api/problem.ts';
import type { Exit, NextMatch, Notice, RoundState, Session } from '../../../client/api/wire.ts';
import { createJourney } from '../../../client/journey/journey.ts';
import type { createTabs } from '../../../client/journey/tabs.ts';
import { fakeFetch, memory, signedIn } from '../fakeFetch.ts';

type Answer = Partial<NextMatch> | Problem;

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const waiting = (version: number, more: Partial<NextMatch> = {}): Partial<NextMatch> => ({
  state: 'WAITING',
  state_version: version,
  session_status: 'active',
  ...more,
});
const inCall = (version: number, more: Partial<NextMatch> = {}): Partial<NextMatch> => ({
  ...waiting(version),
  state: 'IN_CALL',
  match_data: { call_session_id: 'round', user_name: 'Ben' } as NextMatch['match_data'],
  ...more,
});
const notice = (reason: Notice['reason']): Notice => ({
  ...{ match_id: 'earlier', reason, initiated_by: 'partner', target_state: 'WAITING' },
});

/** Somebody's page: each poll takes the next answer, or is held until there is one. */
function openPage({
  session = 's',
  elsewhere = false,
}: { session?: string | null; elsewhere?: boolean } = {}) {
  const polls: { seen: number | undefined; waitSeconds: number; aborted: () => boolean }[] = [];
  const answers: Answer[] = [];
  const exits: Partial<Exit>[] = [];
  /** What happens between a verb's request and its answer. */
  let meanwhile = async (): Promise<void> => undefined;
  let wake = (): void => undefined;
  let onTaken = (): unknown => undefined;
  let claims = 0;
  let farewells = 0;
  const tokens = signedIn();
  const storage = memory(session === null ? {} : { 'minuet.session': session });
  const api: Api = {
    ...createApi({ fetch: fakeFetch().fetch, tokens }),
    start: async () =>
      ({ session_id: 'new', status: 'active', state: 'WAITING', state_version: 40 }) as Session,
    resume: async () => {
      await meanwhile();
      return { session_id: 's', status: 'active', state: 'WAITING', state_version: 40 } as Session;
    },
    end: async () => {
      await meanwhile();
      return { session_id: 's', status: 'ended', state: 'IDLE', state_version: 41 } as Session;
    },
    skip: async () => exits.shift() as Exit,
    leaveSearch: async () => void (farewells += 1),
    decide: async () => ({ message: '', outcome: 'pending' }),
    nextMatch: async (_id, { seen, waitSeconds, signal }) => {
      polls.push({ seen, waitSeconds, aborted: () => signal?.aborted ?? false });
      while (answers.length === 0 && !signal?.aborted)
        await new Promise<void>((resolve) => {
          wake = resolve;
          signal?.addEventListener('abort', () => resolve());
        });
      signal?.throwIfAborted();
      const answer = answers.shift() ?? {};
      if (answer instanceof Problem) throw answer;
      const rest = {
        match_found: false,
        message: '',
        match_data: null,
        queue: null,
        decision: null,
        notice: null,
      };
      return { ...rest, session_id: 's', poll_after_ms: 2000, server_time: '', ...answer } as NextMatch;
    },
  };
  let freed = (): void => undefined;
  let takenElsewhere = elsewhere;
  const openTabs: typeof createTabs = (events) => {
    onTaken = events.onTaken;
    freed = events.onFreed;
    return {
      claim: () => (claims += 1),
      drop: () => undefined,
      close: () => undefined,
      taken: async () => takenElsewhere,
    };
  };
  const journey = createJourney(api, { storage, openTabs });
  return {
    ...{ journey, polls, exits, tokens, storage },
    now: () => journey.getSnapshot(),
    claims: () => claims,
    farewells: () => farewells,
    meanwhile: (happens: typeof meanwhile) => (meanwhile = happens),
    freeOtherTab: () => {
      takenElsewhere = false;
      freed();
    },
    anotherTab: () => onTaken(),
    answer: async (one: Answer) => {
      answers.push(one);
      wake();
      await pause(10);
    },
  };
}

const round = (version: number, more: Partial<RoundState> = {}): RoundState => ({
  ...{ status: 'active', state: 'IN_CALL', state_version: version, remaining_ms: 1000, notice: null },
  ...{ epoch: 1, peer: { epoch: 1, joined: true } },
  ...more,
});

describe('the journey of a page', () => {
  let page: ReturnType<typeof openPage>;
  beforeEach(() => {
    page = openPage();
  });
  afterEach(() => page.journey.leave());

  it('goes back to the session that was going on', async () => {
    expect(page.now()).to.include({ ready: false, sessionId: 's' });
    await page.answer(waiting(5));
    expect(page.now()).to.include({ ready: true, state: 'WAITING' });
    expect(openPage({ session: null }).now()).to.include({ ready: true, state: 'IDLE', sessionId: null });
  });

  it('asks first what is, and then holds until it changes', async () => {
    await page.answer(waiting(5));
    await page.answer(waiting(6));
    expect(page.polls.map(({ seen }) => seen)).to.deep.equal([0, 5, 6]);
    expect(page.polls.every(({ waitSeconds }) => waitSeconds === 10)).to.be.true;
  });

  it('holds one request at a time', async () => {
    await page.answer(waiting(5));
    await page.journey.start({ mode: 'video' });
    await pause(10);
    expect(page.polls.filter(({ aborted }) => !aborted())).to.have.length(1);
  });

  it('tells how a call ended until that is closed, and lets the server go on', async () => {
    await page.answer(waiting(5, { state: 'DISCONNECTING', notice: notice('skip') }));
    await page.answer(waiting(6));
    expect(page.polls[1]?.seen).to.equal(5);
    expect(page.now().notice?.reason).to.equal('skip');
    page.journey.dismiss();
    expect(page.now().notice).to.be.null;
  });

  it('does not tell again what was closed, nor of an old call in a new one', async () => {
    await page.answer(waiting(5, { notice: notice('end') }));
    page.journey.dismiss();
    await page.answer(waiting(6, { notice: notice('end') }));
    expect(page.now().notice).to.be.null;
    await page.answer(waiting(7, { notice: notice('left') }));
    await page.answer(inCall(8));
    expect(page.now().notice).to.be.null;
  });

  it('does not say that a match was seen before the person has closed it', async () => {
    await page.answer(waiting(5));
    await page.answer(waiting(6, { notice: notice('mutual') }));
    await pause(2100); // asked slowly meanwhile, since nothing is held
    await page.answer(waiting(6, { notice: notice('mutual') }));
    expect(page.polls.slice(2).map(({ seen }) => seen)).to.deep.equal([0]);
    page.journey.dismiss();
    await pause(10);
    expect(page.polls.at(-1)?.seen).to.equal(6);
  });

  it('does not take the answer to a verb for what was seen: it carries no match', async () => {
    await page.answer(inCall(5));
    page.exits.push({ state: 'WAITING', state_version: 9, notice: notice('skip') });
    await page.journey.skip();
    await pause(10);
    expect(page.now().state).to.equal('WAITING');
    expect(page.polls.at(-1)?.seen).to.equal(5);
  });

  it('is quiet while a call asks, and goes on when it no longer does', async () => {
    await page.answer(inCall(5));
    const seat = page.journey.take('round');
    expect(page.polls.at(-1)?.aborted()).to.be.true;
    const asked = page.polls.length;
    seat.saw(round(6));
    await pause(10);
    expect(page.polls).to.have.length(asked);
    seat.saw(round(7, { state: 'DISCONNECTING', status: 'completed', notice: notice('end') }));
    seat.release();
    await pause(10);
    expect(page.now().notice?.reason).to.equal('end');
    expect(page.polls.at(-1)?.seen).to.equal(7);
  });

  it('is not misled by what a call says late', async () => {
    await page.answer(inCall(5));
    const seat = page.journey.take('round');
    page.exits.push({ state: 'WAITING', state_version: 9, notice: notice('skip') });
    await page.journey.skip();
    seat.saw(round(6));
    expect(page.now().state).to.equal('WAITING');
  });

  it('lets go of a match in a call only once it was closed', async () => {
    await page.answer(inCall(5));
    const seat = page.journey.take('round');
    seat.saw(round(6, { notice: notice('mutual') }));
    expect(page.now().notice?.reason).to.equal('mutual');
    expect(seat.seenOf(6)).to.equal(0);
    page.journey.dismiss();
    expect(seat.seenOf(6)).to.equal(6);
  });

  it('remembers with whom the decision is, although the page was loaded anew', async () => {
    await page.answer(inCall(5));
    const storage = page.storage;
    expect(JSON.parse(storage.getItem('minuet.match') ?? '{}')).to.include({ user_name: 'Ben' });
    await page.answer(
      waiting(6, {
        state: 'DECIDING',
        decision: { match_id: 'round', my_decision: null, seconds: 20, remaining_ms: 9000 },
      }),
    );
    expect(page.now().match?.user_name).to.equal('Ben');
    expect(page.now().decision?.remainingMs()).to.be.within(8900, 9000);
  });

  it('does not ask again for a vote that was answered, though a poll may be behind it', async () => {
    const decision = { match_id: 'round', my_decision: null, seconds: 20, remaining_ms: 9000 };
    const deciding = { state: 'DECIDING', session_status: 'active', decision } as const;
    await page.answer({ ...deciding, state_version: 7 });
    await page.journey.decide('continue');
    await page.answer({ ...deciding, state_version: 7 });
    expect(page.now().decision?.mine).to.equal('continue');
    await page.answer({ ...deciding, state_version: 12, decision: { ...decision, match_id: 'next' } });
    expect(page.now().decision?.mine).to.be.null;
  });

  it('steps aside for another tab, and comes back when it is asked to', async () => {
    await page.answer(waiting(5));
    page.anotherTab();
    expect(page.now().elsewhere).to.be.true;
    expect(page.polls.at(-1)?.aborted()).to.be.true;
    const before = page.claims();
    page.journey.takeBack();
    await page.answer(waiting(6));
    expect(page.now().elsewhere).to.be.false;
    expect(page.claims()).to.equal(before + 1);
  });

  it('takes nothing away from a tab that has it, and goes on once that is closed', async () => {
    const second = openPage({ elsewhere: true });
    await pause(5);
    expect(second.now()).to.include({ elsewhere: true, ready: true });
    expect(second.claims()).to.equal(0);
    expect(second.polls).to.deep.equal([]);
    second.freeOtherTab();
    await pause(2_600);
    expect(second.now().elsewhere).to.be.false;
    expect(second.claims()).to.equal(1);
    second.journey.leave();
  });

  it('says by the server’s clock how long there is to join', async () => {
    const at = { server_time: '2020-01-01T00:00:03.000Z' };
    const match_data = {
      call_session_id: 'r',
      join_by: '2020-01-01T00:00:15.000Z',
    } as NextMatch['match_data'];
    await page.answer({ ...inCall(7), state: 'CONNECTING', match_data, ...at });
    expect(page.now().joinMs?.()).to.be.within(11_000, 12_000);
    await page.answer(inCall(8));
    expect(page.now().joinMs).to.be.null;
  });

  it('forgets a session that is over, and asks no more', async () => {
    await page.answer({ state: 'IDLE', state_version: 7, session_status: 'ended' });
    const asked = page.polls.length;
    await pause(20);
    expect(page.polls).to.have.length(asked);
    expect(page.now()).to.include({ state: 'IDLE', sessionId: null });
    expect(page.storage.getItem('minuet.session')).to.be.null;
  });

  for (const verb of ['end', 'resume'] as const)
    it(`does not come back to a session that a poll has told to be over before ${verb} was answered`, async () => {
      const sessions: (string | null)[] = [];
      page.journey.subscribe(() => sessions.push(page.now().sessionId));
      page.meanwhile(() => page.answer({ state: 'IDLE', state_version: 7, session_status: 'ended' }));
      await page.journey[verb]();
      expect(sessions.slice(sessions.indexOf(null)).every((session) => session === null)).to.be.true;
      expect(page.now()).to.include({ state: 'IDLE', sessionId: null });
    });

  it('shows why the server refuses, and asks no more', async () => {
    await page.answer(new Problem('restricted', 403));
    await pause(20);
    expect(page.now().problem?.code).to.equal('restricted');
    expect(page.polls).to.have.length(1);
  });

  it('goes on after the server was away', async () => {
    await page.answer(new Problem('unreachable', 0));
    await pause(200);
    await page.answer(waiting(5));
    expect(page.now().state).to.equal('WAITING');
  });

  it('ends with the sign-out', async () => {
    await page.answer(waiting(5));
    page.tokens.clear();
    expect(page.now()).to.include({ state: 'IDLE', sessionId: null });
    expect(page.polls.at(-1)?.aborted()).to.be.true;
  });
});

describe('the journey of a page that is left', () => {
  const target = new EventTarget();
  before(() => {
    const listening = { addEventListener: target.addEventListener.bind(target) };
    Object.assign(globalThis, { ...listening, removeEventListener: target.removeEventListener.bind(target) });
  });
  after(() => {
    for (const name of ['addEventListener', 'removeEventListener']) Reflect.deleteProperty(globalThis, name);
  });

  it('says farewell while waiting, asks no more, and asks again when it is shown again', async () => {
    const page = openPage();
    await page.answer(waiting(5));
    target.dispatchEvent(new Event('pagehide'));
    expect(page.farewells()).to.equal(1);
    expect(page.polls.at(-1)?.aborted()).to.equal(true);
    const asked = page.polls.length;
    target.dispatchEvent(Object.assign(new Event('pageshow'), { persisted: true }));
    await pause(10);
    expect(page.polls.length).to.equal(asked + 1);
    page.journey.leave();
  });

  it('leaves the farewell of a call to the call', async () => {
    const page = openPage();
    await page.answer({ ...waiting(5), state: 'IN_CALL' });
    target.dispatchEvent(new Event('pagehide'));
    expect(page.farewells()).to.equal(0);
    page.journey.leave();
  });
});
