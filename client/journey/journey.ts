import { inLiveRound, type State } from '#core/journey/journey.ts';
import type { Decision, FlagCategory, Ratings } from '#core/rules.ts';
import type { Api } from '../api/api.ts';
import type { Health } from '../api/health.ts';
import type { Problem } from '../api/problem.ts';
import { browserStorage } from '../api/storage.ts';
import type {
  DecisionOutcome,
  Exit,
  Flag,
  MatchData,
  NextMatch,
  Notice,
  Preferences,
  Queue,
  RoundState,
  Session,
} from '../api/wire.ts';
import { countdown, type Countdown } from '../countdown.ts';
import { onPage } from '../page.ts';
import { createStore, type Store } from '../store.ts';
import { follow, type Following } from './follow.ts';
import { createTabs } from './tabs.ts';

/** Where the person is, and what a screen for it needs. */
export interface JourneySnapshot {
  /** False until the server has said where the person is; there is nothing to show before. */
  ready: boolean;
  state: State;
  sessionId: string | null;
  sessionStatus: NextMatch['session_status'];
  /** The server's words for it, in English. */
  message: string;
  /** While WAITING. */
  queue: Queue | null;
  /** While WAITING: everybody who is here was met in this session. */
  nobodyNew: boolean;
  /** Whom the round is with or, until the next one, was with. A refresh does not forget it. */
  match: MatchData | null;
  /** How long the person may take to join the round. */
  joinMs: Countdown['remainingMs'] | null;
  /** While DECIDING. */
  decision: ({ matchId: string; mine: Decision | null; seconds: number } & Countdown) | null;
  /** How the last round ended, until it is dismissed or the next begins; or a match of two yeses, until dismissed. */
  notice: Notice | null;
  health: Health;
  /** Another tab goes on with this journey: nothing is asked or shown here until `takeBack`. */
  elsewhere: boolean;
  /** Why the server does not let the person go on; a restriction, for instance. */
  problem: Problem | null;
}

/** A call that has taken over the asking: its signals read is the one held request of the page. */
export interface Seat {
  /** What the signals read says about the round. */
  saw: (round: RoundState) => void;
  /** What the next read may say that the person has seen, having been told of a version. */
  seenOf: (version: number) => number;
  /** The call goes on in another tab. */
  replaced: () => void;
  /** The call no longer asks; the journey goes on at once. */
  release: () => void;
}

/** What goes along with a flag; the round is the present or the last one unless given. */
export interface FlagReport {
  matchId?: string;
  reason?: string;
  category?: FlagCategory;
  /** Where to go from a live round: home unless told. */
  then?: 'idle' | 'waiting';
}

export interface Journey extends Store<JourneySnapshot> {
  /** Starts a new search; whatever is going on ends. */
  start: (preferences: Preferences) => Promise<Session>;
  pause: () => Promise<void>;
  resume: () => Promise<void>;
  /** Stops searching; in a round, its End first. */
  end: () => Promise<void>;
  /** Skips the round: on to the next. */
  skip: () => Promise<Exit>;
  /** Ends the round: home. */
  endCall: () => Promise<Exit>;
  decide: (decision: Decision, ratings?: Ratings) => Promise<DecisionOutcome['outcome']>;
  /** Flags the partner of the round, saved before it returns; reason and category may follow (`api.amendFlag`). */
  flag: (report?: FlagReport) => Promise<Flag>;
  /** @param matchId of another round than the present or the last one */
  block: (matchId?: string) => Promise<void>;
  /** The person has seen the notice; a match of two yeses lets the search go on. */
  dismiss: () => void;
  /** Goes on in this tab after another one took over. */
  takeBack: () => void;
  /** Leaves without a word: nothing is asked until `restore`. For the way to a sign-in, say. */
  leave: () => void;
  /** Goes back to where the person was, unless another tab does; done by itself at the beginning. */
  restore: () => void;
  /** For the call engine: takes the asking over for a round. */
  take: (roundId: string) => Seat;
  /** Ends for good: another person has signed in, or nobody is. */
  close: () => void;
}

interface Options {
  storage?: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;
  openTabs?: typeof createTabs;
}

const sessionKey = 'minuet.session';
const matchKey = 'minuet.match';

const freedForMs = 2_500; // a tab that is loaded anew is back by then

const nowhere = {
  state: 'IDLE',
  sessionId: null,
  sessionStatus: 'none',
  message: '',
  queue: null,
  joinMs: null,
  nobodyNew: false,
  decision: null,
} as const satisfies Partial<JourneySnapshot>;

/**
 * Makes the store of where one person is: it asks the server, one held request at a time, and offers the verbs that
 * move them. A session that was going on when the page was left is gone back to.
 */
export function createJourney(
  api: Api,
  { storage = browserStorage(), openTabs = createTabs }: Options = {},
): Journey {
  const store = createStore<JourneySnapshot>({
    ...nowhere,
    ready: false,
    match: remembered(storage.getItem(matchKey)),
    notice: null,
    health: api.health.getSnapshot().health,
    elsewhere: false,
    problem: null,
  });
  const tabs = openTabs({ onTaken: () => isUnderWay() && stepAside(), onFreed: takeFreed });
  let following: Following | undefined;
  let seated: symbol | undefined;
  let arriving: symbol | undefined;
  let taking: ReturnType<typeof setTimeout> | undefined;
  /** The version of the last answer that could carry a notice, and so of what the person can have seen. */
  let seen = 0;
  /** The version of whatever came last; what says less is old news. */
  let version = 0;
  /** The notice that was closed last: the server may go on telling it for a while. */
  let dismissed: Notice | null = null;

  const unwatch = [
    api.health.subscribe(() => store.set(api.health.getSnapshot())),
    api.tokens.subscribe(() => !api.tokens.getSnapshot().signedIn && forget()),
  ];
  onPage('pagehide', leavePage);
  onPage('pageshow', (event) => (event as PageTransitionEvent).persisted && ask());
  restore();

  return {
    subscribe: store.subscribe,
    getSnapshot: store.getSnapshot,

    start: async (preferences) => {
      const session = await api.start(preferences);
      storage.setItem(sessionKey, session.session_id);
      seen = 0;
      store.set({ notice: null, problem: null });
      tookUp(session);
      goOn();
      return session;
    },
    pause: async () => wentOn(await api.pause(theSession())),
    resume: async () => {
      wentOn(await api.resume(theSession()));
      ask();
    },
    end: async () => {
      await api.end(theSession());
      forget();
    },

    skip: () => exit(api.skip(theRound())),
    endCall: () => exit(api.endCall(theRound())),
    decide: async (decision, ratings) => {
      const { decision: asked } = store.getSnapshot();
      const { outcome } = await api.decide({
        match_id: asked?.matchId ?? theRound(),
        decision,
        ...(ratings && { ratings }),
      });
      if (asked) store.set({ decision: { ...asked, mine: decision } });
      ask();
      return outcome;
    },
    flag: async ({ matchId = theRound(), ...report } = {}) => {
      const { flag, state, state_version } = await api.flag({ match_id: matchId, ...report });
      moved(state, state_version);
      ask();
      return flag;
    },
    block: async (matchId = theRound()) => {
      await api.block(matchId);
      ask();
    },

    dismiss: () => {
      dismissed = store.getSnapshot().notice;
      store.set({ notice: null });
      if (dismissed?.reason === 'mutual') ask();
    },
    takeBack: goOn,
    leave: () => {
      stop();
      tabs.drop();
    },
    restore,
    take,
    close: () => {
      stop();
      clearTimeout(taking);
      tabs.close();
      for (const one of unwatch) one();
    },
  };

  function keptSession(): string | null {
    return api.tokens.getSnapshot().signedIn ? storage.getItem(sessionKey) : null;
  }

  function restore(): void {
    const sessionId = keptSession();
    if (sessionId === null) {
      goOn();
      return;
    }
    store.set({ sessionId });
    const me = (arriving = Symbol());
    void tabs.taken().then((taken) => {
      if (arriving !== me) return;
      if (taken) stepAside();
      else goOn();
    });
  }

  /** Goes on in this tab, whichever had it before. */
  function goOn(): void {
    arriving = undefined;
    const sessionId = keptSession();
    if (sessionId === null) {
      store.set({ ...nowhere, ready: true, elsewhere: false });
      return;
    }
    tabs.claim();
    store.set({ sessionId, elsewhere: false });
    ask();
  }

  /** The tab that had it is gone, and does not come back. */
  function takeFreed(): void {
    clearTimeout(taking);
    taking = setTimeout(() => {
      if (store.getSnapshot().elsewhere) restore();
    }, freedForMs);
  }

  /** The next poll of this page, or of the one that is loaded in its place, takes it back. */
  function leavePage(): void {
    const { sessionId, state, elsewhere } = store.getSnapshot();
    if (sessionId === null || elsewhere || seated || (state !== 'WAITING' && state !== 'DECIDING')) return;
    stop();
    void api.leaveSearch(sessionId).catch(() => undefined);
  }

  /** Asks anew, now: what went before is void. */
  function ask(): void {
    if (seated || store.getSnapshot().elsewhere) return;
    const { sessionId } = store.getSnapshot();
    if (sessionId === null) return;
    following?.stop();
    following = follow({ api, sessionId, seen: () => seenOf(seen), urgent: isUrgent, onAnswer, onProblem });
  }

  function stop(): void {
    arriving = undefined;
    following?.stop();
    following = undefined;
  }

  function forget(): void {
    stop();
    tabs.drop();
    storage.removeItem(sessionKey);
    seen = 0;
    store.set({ ...nowhere, ready: true });
  }

  /** What may be said to have been seen of a version: not a match that is on the screen and has not been closed. */
  function seenOf(version: number): number {
    return store.getSnapshot().notice?.reason === 'mutual' ? 0 : version;
  }

  function isUrgent(): boolean {
    return store.getSnapshot().state === 'CONNECTING';
  }

  function isUnderWay(): boolean {
    return store.getSnapshot().sessionId !== null && !store.getSnapshot().elsewhere;
  }

  function stepAside(): void {
    stop();
    store.set({ elsewhere: true, ready: true });
  }

  function onAnswer(answer: NextMatch): void {
    seen = answer.state_version;
    version = answer.state_version;
    if (answer.match_data) storage.setItem(matchKey, JSON.stringify(answer.match_data));
    const { match, decision } = store.getSnapshot();
    if (answer.notice) notify(answer.notice);
    else if (inLiveRound(answer.state)) store.set({ notice: null });
    store.set({
      ready: true,
      problem: null,
      state: answer.state,
      sessionStatus: answer.session_status,
      message: answer.message,
      queue: answer.queue,
      nobodyNew: answer.nobody_new,
      match: answer.match_data ? keep(match, answer.match_data) : match,
      joinMs: answer.state === 'CONNECTING' ? joinMsOf(answer) : null,
      decision: answer.decision && decisionOf(answer.decision, decision),
    });
    if (answer.session_status === 'ended' || answer.session_status === 'none') forget();
  }

  function notify(told: Notice): void {
    const { notice } = store.getSnapshot();
    if (told.match_id === dismissed?.match_id && told.reason === dismissed.reason) return;
    store.set({ notice: keep(notice, told) });
  }

  function onProblem(problem: Problem): void {
    if (problem.code === 'not_found') forget();
    else store.set({ problem, ready: true });
  }

  async function exit(request: Promise<Exit>): Promise<Exit> {
    const answer = await request;
    moved(answer.state, answer.state_version);
    notify(answer.notice);
    ask();
    return answer;
  }

  function moved(state: State, to: number): void {
    version = to;
    store.set({ state });
  }

  /** A verb's own answer shows at once what the next poll will say. */
  function tookUp({ session_id, status, state, message }: Session): void {
    store.set({
      sessionId: session_id,
      sessionStatus: status,
      state,
      message,
      queue: null,
      nobodyNew: false,
      ready: true,
    });
  }

  /** A poll may have told meanwhile that the session is over: then it stays over. */
  function wentOn(session: Session): void {
    if (session.session_id === store.getSnapshot().sessionId) tookUp(session);
  }

  function theSession(): string {
    return store.getSnapshot().sessionId ?? '';
  }

  function theRound(): string {
    const { match, decision } = store.getSnapshot();
    return decision?.matchId ?? match?.call_session_id ?? '';
  }

  /** Signals tell the same as a poll, except what there is to decide: the next poll says that. */
  function tell({ state, notice, state_version }: RoundState): void {
    if (notice) {
      seen = state_version;
      notify(notice);
    }
    if (state !== 'DECIDING') store.set({ state, ready: true });
  }

  function take(roundId: string): Seat {
    const me = (seated = Symbol(roundId));
    stop();
    return {
      saw: (round) => {
        if (seated !== me || round.state_version <= version) return;
        version = round.state_version;
        tell(round);
      },
      seenOf,
      replaced: () => seated === me && stepAside(),
      release: () => {
        if (seated !== me) return;
        seated = undefined;
        ask();
      },
    };
  }
}

function remembered(match: string | null): MatchData | null {
  try {
    return JSON.parse(match ?? 'null') as MatchData | null;
  } catch {
    return null;
  }
}

/** The same object while it says the same, so that screens do not draw again. */
function keep<T extends object>(before: T | null, now: T): T {
  return before && JSON.stringify(before) === JSON.stringify(now) ? before : now;
}

/** By the server's own clock, both instants: the page's may be wrong. */
function joinMsOf({ match_data, server_time }: NextMatch): Countdown['remainingMs'] | null {
  return match_data && countdown(Date.parse(match_data.join_by) - Date.parse(server_time)).remainingMs;
}

function decisionOf(
  { match_id, my_decision, seconds, remaining_ms }: NonNullable<NextMatch['decision']>,
  before: JourneySnapshot['decision'],
): NonNullable<JourneySnapshot['decision']> {
  const same = before?.matchId === match_id ? before : null;
  const mine = my_decision ?? same?.mine ?? null; // a poll may be behind a vote that has been answered
  const time = countdown(remaining_ms, same);
  if (same && time === same && same.mine === mine) return same;
  return { matchId: match_id, mine, seconds, remainingMs: time.remainingMs };
}
