/** What a held request is for: in `connecting` every moment counts. */
export type Urgency = 'waiting' | 'connecting' | 'talking';

/** How the next request goes out: after `delayMs`, held for `waitSeconds`. */
export interface Turn {
  delayMs: number;
  waitSeconds: number;
}

/** Says how to ask for news: held where held requests get through, otherwise at intervals. */
export interface Holding {
  next: (urgency: Urgency) => Turn;
  /** A request that could be held so long was answered after `tookMs`. */
  answered: (turn: Turn, tookMs: number) => void;
  /** It was cut after `tookMs`: no answer, or one of a proxy's own. */
  cut: (turn: Turn, tookMs: number) => void;
  /** Whether held requests are being cut here. */
  isCut: () => boolean;
}

const waitSeconds: Record<Urgency, number> = { waiting: 10, connecting: 5, talking: 10 };
const everyMs: Record<Urgency, number> = { waiting: 2000, connecting: 250, talking: 2000 };
const cutsBeforeGivingUp = 2;
const heldFromMs = 900; // whatever fails sooner was not cut for being held
const tryAgainAfterMs = 60_000;

/**
 * Makes the rule that falls back by itself where a proxy cuts held requests. One cut may be the network's: after
 * it comes a request that is not held, and only when that gets through was it the holding that was minded. Two
 * in a row, none held as long between them, and requests go out at intervals; after a minute holding is tried again.
 */
export function createHolding(now: () => number = () => performance.now()): Holding {
  let cuts = 0;
  let suspect = false;
  let cutAfterMs = Infinity;
  let givenUpAt: number | null = null;

  return {
    next: (urgency) => {
      if (suspect) return { delayMs: 0, waitSeconds: 0 };
      if (givenUpAt === null) return { delayMs: 0, waitSeconds: waitSeconds[urgency] };
      if (now() - givenUpAt < tryAgainAfterMs) return { delayMs: everyMs[urgency], waitSeconds: 0 };
      givenUpAt = null;
      cuts = cutsBeforeGivingUp - 1; // one more suffices
      return { delayMs: 0, waitSeconds: waitSeconds[urgency] };
    },

    answered: (turn, tookMs) => {
      if (turn.waitSeconds > 0) {
        if (tookMs < Math.min(cutAfterMs, turn.waitSeconds * 1000)) return;
        cuts = 0;
        cutAfterMs = Infinity;
      } else if (suspect) {
        suspect = false;
        cuts += 1;
        if (cuts >= cutsBeforeGivingUp) givenUpAt = now();
      }
    },

    cut: (turn, tookMs) => {
      if (turn.waitSeconds === 0 || tookMs < heldFromMs) return;
      suspect = true;
      cutAfterMs = Math.min(cutAfterMs, tookMs);
    },

    isCut: () => givenUpAt !== null,
  };
}
