import { rules } from '#core/rules.ts';
import { clock } from '#core/clock.ts';
import { register, type Holder } from './holders.ts';
import { inLiveRound } from '#core/journey/journey.ts';
import { poll } from './poll.ts';
import type { Poll, Polled } from './turn.ts';

/** How long a request may be held, and what ends it early. */
export interface Hold {
  /** How long the person is willing to wait, seconds; 0: answer at once. */
  waitSeconds: number;
  /** Whether the connection has closed, or the process drains. */
  isOver: () => boolean;
  /** Calls `listener` when it is over. (An AbortController makes a DOMException with a stack for each poll.) */
  onOver: (listener: () => void) => void;
}

/**
 * Polls, and holds the request until there is something new, the time is up, or the connection closes.
 * @param isNews whether what was found must be answered at once
 */
export function holdPoll(
  ask: Omit<Poll, 'arrived'>,
  hold: Hold,
  isNews: (polled: Polled, first: Polled) => boolean,
): Promise<Polled> {
  return hold.waitSeconds === 0 ? poll({ ...ask, arrived: true }) : pollOnNews(ask, hold, isNews);
}

async function pollOnNews(
  ask: Omit<Poll, 'arrived'>,
  hold: Hold,
  isNews: (polled: Polled, first: Polled) => boolean,
): Promise<Polled> {
  const bell = newBell();
  let released = false;
  const release = () => {
    released = true;
    bell.ring();
  };
  const isReleased = () => released; // a variable that a callback sets: the compiler takes it for false
  const holder: Holder = {
    ...{ userId: ask.userId, pool: ask.pool, version: 0, mailbox: null },
    ...{ ring: bell.ring, release },
  };
  const forget = register(holder);
  hold.onOver(bell.ring);
  try {
    const first = await poll({ ...ask, arrived: true });
    const until = clock.ms() + mayHoldSeconds(first, hold.waitSeconds) * 1000;
    let last = first;
    while (!isNews(last, first) && !hold.isOver() && !isReleased()) {
      const leftMs = until - clock.ms();
      if (leftMs <= 0) break;
      remember(holder, ask, last);
      await bell.heard(Math.min(leftMs, looksAgainMs(last)));
      if (hold.isOver() || isReleased()) break;
      last = await poll({ ...ask, arrived: false });
    }
    return last;
  } finally {
    forget();
  }
}

/** In a round a request is held more briefly, so that a lost person is noticed in time. */
function mayHoldSeconds({ view }: Polled, waitSeconds: number): number {
  if (view.state === 'IDLE') return 0;
  const longest = inLiveRound(view.state) ? rules.longestHoldInRoundSeconds : rules.longestHoldSeconds;
  return Math.min(waitSeconds, longest);
}

/**
 * Where few wait, their requests look again by themselves, since `nobody_new` changes without a wake-up. Looking again
 * is no answer, and in a large pool it is not done.
 */
const looksAgainMs = ({ view, queueSize }: Polled): number =>
  view.state === 'WAITING' && queueSize <= rules.fewWait ? rules.fewLookAgainSeconds * 1000 : Infinity;

/** What the holder has been read to know: a difference from it is news. */
function remember(holder: Holder, { mailbox }: Omit<Poll, 'arrived'>, { view, mail }: Polled): void {
  holder.pool = view.pool;
  holder.version = view.version;
  if (mailbox && mail)
    holder.mailbox = {
      roundId: mailbox.roundId,
      entries: mail.generation === null ? 0 : 1 + mail.from + mail.signals.length,
    };
}

/** Rings at most once until it is heard: a wake-up between two reads is not lost. */
function newBell() {
  let rung = false;
  let wake: (() => void) | undefined;
  return {
    ring: () => {
      rung = true;
      wake?.();
    },
    heard: (withinMs: number) =>
      new Promise<void>((resolve) => {
        const done = () => {
          clearTimeout(timer);
          wake = undefined;
          rung = false;
          resolve();
        };
        const timer = setTimeout(done, withinMs);
        wake = done;
        if (rung) done();
      }),
  };
}
