import type { State } from '#core/journey/journey.ts';
import type { Decision } from '#core/rules.ts';

/**
 * What the crowd has seen and done, and nothing else: everything that is told at the end, and everything that
 * is judged, comes from here. Instants are this machine's, in milliseconds.
 */
export interface Ledger {
  trails: Map<string, Trail>;
  visits: Visit[];
  polls: PollSent[];
  /** When it was time to go home; Infinity until then. */
  closedMs: number;
  /** Answers by what they were: `200`, `409 round_over`, `no connection`. */
  answers: Map<string, number>;
  requests: number;
  /** How long the requests took that were to be answered at once, ms: the pace of this machine and the server. */
  tookMs: number[];
  /** When each of them was answered, ms. */
  answeredMs: number[];
  /** What must never happen, with how often it did. */
  broken: Map<string, number>;
  /** The smallest difference seen between an answer's arrival and the server's clock. */
  clockBehindMs: number;
}

/** Where one person was, by `state_version`. */
export type Trail = Map<number, State>;

/** One poll for the next match, repetitions after a lost answer included. */
export interface PollSent {
  who: string;
  /** Whether it says `wait` and `seen`; a plain script asks anew every few seconds. */
  held: boolean;
  sentMs: number;
  /** When its answer was there, or it was given up; Infinity until then. */
  doneMs: number;
  /** Until when the answer said that they are not paired, after early exits; 0: it did not. */
  coolsUntilMs: number;
}

/** What somebody did to leave a round. */
export type Departure = 'skip' | 'end' | 'flag' | 'block' | 'left' | 'vanished' | 'stayed away' | 'gone home';

/** One person's side of one round. */
export interface Visit {
  round: string;
  who: string;
  session: string;
  partner: string;
  role: 'offerer' | 'answerer';
  mode: 'video' | 'text';
  /** Whether they hold their requests: only then do they hear of things when they happen. */
  held: boolean;
  /** Since when they knew themselves to be waiting, and whether the session had just been started. */
  waitingMs: number;
  fresh: boolean;
  /** Since when they waited in that session and asked without a pause; if they had not heard that they wait: when they asked. */
  thereMs: number;
  toldMs: number;
  /** When the round's clock runs out; null while it has not started. */
  endsMs: number | null;
  /** When they were told that the round was over. */
  overMs: number | null;
  /** How long they saw the round running after its end. */
  overstayedMs: number;
  did: Departure | null;
  didMs: number;
  /** Somebody who is away hears of nothing in time. */
  away: boolean;
  toldMutual: boolean;
  /** What they have said about meeting again; a poll may be behind it, and whoever is asked twice says the same. */
  vote: Decision | null;
  /** Since they heard of the round some answer has not arrived. */
  answerLost: boolean;
  measured: boolean;
}

export const newLedger = (): Ledger => ({
  trails: new Map(),
  visits: [],
  polls: [],
  closedMs: Infinity,
  answers: new Map(),
  requests: 0,
  tookMs: [],
  answeredMs: [],
  broken: new Map(),
  clockBehindMs: Infinity,
});

export const count = (tally: Map<string, number>, what: string): void =>
  void tally.set(what, (tally.get(what) ?? 0) + 1);

/** Writes down that something happened which must not. */
export const breaks = (ledger: Ledger, what: string): void => count(ledger.broken, what);

/** Writes down where somebody was said to be. One version is one state, whoever says it. */
export function note(ledger: Ledger, who: string, version: number, state: State): void {
  const trail = ledger.trails.get(who) ?? new Map<number, State>();
  ledger.trails.set(who, trail);
  const known = trail.get(version);
  if (known !== undefined && known !== state)
    breaks(ledger, `one version, two states: ${known} and ${state}`);
  trail.set(version, state);
}

/** An instant of the server's clock as one of this machine's. */
export const hereMs = (ledger: Ledger, there: string | Date): number =>
  new Date(there).getTime() + (Number.isFinite(ledger.clockBehindMs) ? ledger.clockBehindMs : 0);

/** Compares the clocks: an answer arrives after it was written, and the fastest tells the most. */
export function compareClocks(ledger: Ledger, serverTime: string | Date, arrivedMs: number): void {
  ledger.clockBehindMs = Math.min(ledger.clockBehindMs, arrivedMs - new Date(serverTime).getTime());
}
