import { inLiveRound } from '#core/journey/journey.ts';
import type { Api } from '../api/api.ts';
import type { Urgency } from '../api/holding.ts';
import { newKey } from '../api/key.ts';
import { isProblem, type Problem } from '../api/problem.ts';
import { backoffMs, sleep } from '../api/sleep.ts';
import type { Joined, Mail, RoundState } from '../api/wire.ts';
import { createOutbox, type Loss, type Outbox } from './outbox.ts';

/** A signal as it comes from the partner's present page. */
export type Signal = Mail['signals'][number];

/** The line to the partner, over HTTP. */
export interface Line {
  /** Sends a signal to the partner's present page. */
  send: Outbox['put'];
  /** Forgets what has not gone out yet. */
  clear: () => void;
  /** Joins again: a new epoch, new credentials, and the partner's page begins anew too. */
  rejoin: () => void;
  close: () => void;
}

export interface LineEvents {
  /** We have joined, or joined again; everything begins anew. */
  onJoined: (joined: Joined) => void;
  /** The partner's page is another one than what was sent before was meant for. */
  onPeer: () => void;
  onSignal: (signal: Signal) => void;
  onRound: (round: RoundState) => void;
  /** Another tab has joined; this one is out. */
  onReplaced: () => void;
  /** The round is over, or was cancelled. */
  onOver: (problem: Problem | null) => void;
}

/** Of this page, by round: a join that is on its way finishes before the next, or the older might win. */
const joins = new Map<string, Promise<unknown>>();

interface Manner {
  /** How urgent news is, asked before each read. */
  urgency: () => Urgency;
  /** What a read may say that the person has seen, having been told of a version. */
  seenOf: (version: number) => number;
}

const unheldEveryMs = 1_000;

/**
 * Opens the line of a round: joins, reads the mailbox and the state of the round in one held request after the
 * other, and sends. Signals of pages that the partner has left are dropped here.
 */
export function openLine(api: Api, roundId: string, { urgency, seenOf }: Manner, events: LineEvents): Line {
  const closing = new AbortController();
  const isClosed = () => closing.signal.aborted; // asked anew, which TypeScript would think needless
  let sitting = new AbortController();
  let page = newKey(); // the same until a join has been answered: one that was lost may yet arrive
  let outbox: Outbox | undefined;
  let epoch = 0;
  let peerEpoch = 0;
  void run();

  return {
    send: (type, data, when) => outbox?.put(type, data, when),
    clear: () => outbox?.clear(),
    rejoin: () => sitting.abort(),
    close: () => {
      closing.abort();
      sitting.abort();
    },
  };

  async function run(): Promise<void> {
    for (let round = 1; !isClosed(); round += 1) {
      try {
        const joined = await join();
        if (isClosed()) return;
        sit(joined);
        await read(joined.cursor, joined.state_version, sitting.signal);
      } catch (error) {
        if (isClosed()) return;
        if (!isProblem(error)) {
          broke('poll', error); // an answer that the page could not use: everything begins anew
          await sleep(backoffMs(round), closing.signal);
          continue;
        }
        if (!error.passing && error.status !== 429) {
          over(error);
          return;
        }
        await sleep(backoffMs(round, error.retryAfterMs), closing.signal);
      } finally {
        outbox?.close();
      }
      if (round > 2) await sleep(backoffMs(round), closing.signal); // a server that forgets all the time
    }
  }

  /** In a later turn: React's StrictMode closes what it has just opened, and then nothing is to be sent. */
  async function join(): Promise<Joined> {
    const before = joins.get(roundId);
    const joining = Promise.resolve(before)
      .catch(() => undefined)
      .then(() =>
        isClosed() ? Promise.reject(new DOMException('', 'AbortError')) : api.join(roundId, page),
      );
    joins.set(roundId, joining);
    try {
      return await joining;
    } finally {
      if (joins.get(roundId) === joining) joins.delete(roundId);
    }
  }

  function sit(joined: Joined): void {
    sitting = new AbortController();
    if (isClosed()) sitting.abort();
    page = newKey();
    epoch = joined.epoch;
    peerEpoch = joined.peer_epoch;
    outbox = createOutbox({
      roundId,
      epoch,
      peerEpoch: () => peerEpoch,
      post: (batch, signal) => api.sendSignals(batch, signal),
      onPeerEpoch: meet,
      onLost: (loss) => void onLost(loss),
      onBroken: (error) => broke('send', error),
    });
    events.onJoined(joined);
  }

  /** Reads until the sitting ends; comes back when it is time to join again. */
  async function read(cursor: string | null, version: number, signal: AbortSignal): Promise<void> {
    const isOver = () => signal.aborted;
    let failures = 0;
    while (!isOver()) {
      const turn = api.holding.next(urgency());
      await sleep(failures > 0 ? backoffMs(failures) : turn.delayMs, signal);
      if (isOver()) return;
      const startedAt = performance.now();
      try {
        const seen = seenOf(version);
        if (seen !== version) await sleep(unheldEveryMs, signal); // the answer will come at once
        const mail = await api.signals(roundId, cursor, { waitSeconds: turn.waitSeconds, seen, signal });
        if (isOver()) return;
        failures = 0;
        api.holding.answered(turn, performance.now() - startedAt);
        if (mail.reset) return;
        cursor = mail.next ?? cursor;
        version = mail.session.state_version;
        const goesOn = take(mail);
        api.health.steady();
        if (!goesOn) return;
      } catch (error) {
        if (isOver()) return;
        if (!isProblem(error) || (!error.passing && error.status !== 429)) throw error;
        failures += 1;
        api.holding.cut(turn, performance.now() - startedAt);
        if (error.retryAfterMs > 0) await sleep(error.retryAfterMs, signal);
      }
    }
  }

  /** @returns whether there is more to come */
  function take({ session, signals }: Mail): boolean {
    if (session.epoch > epoch) {
      close();
      events.onReplaced();
      return false;
    }
    meet(session.peer.epoch);
    for (const signal of signals) {
      if (signal.type !== 'message') meet(signal.epoch);
      if (signal.type === 'message' || signal.epoch === peerEpoch) events.onSignal(signal);
    }
    events.onRound(session);
    if (inLiveRound(session.state) && (session.status === 'waiting' || session.status === 'active'))
      return true;
    over(null);
    return false;
  }

  /** Notes which page of the partner's there is. What we sent to nobody yet is for their first one. */
  function meet(latest: number): void {
    if (latest <= peerEpoch) return;
    const another = peerEpoch > 0 || latest > 1;
    peerEpoch = latest;
    if (another) events.onPeer();
  }

  async function onLost(loss: Loss): Promise<void> {
    if (loss === 'round_over') return; // the reader is told how
    // Asked of the row itself, since what judged us may be older than our own join.
    const round = await api.round(roundId, closing.signal).catch(() => null);
    if (isClosed()) return;
    if (round && round.epoch > epoch) {
      close();
      events.onReplaced();
    } else sitting.abort();
  }

  function broke(kind: 'poll' | 'send', error: unknown): void {
    api.broke(kind, error);
    api.health.stumbled();
  }

  function over(problem: Problem | null): void {
    if (isClosed()) return;
    close();
    events.onOver(problem);
  }

  function close(): void {
    closing.abort();
    sitting.abort();
  }
}
