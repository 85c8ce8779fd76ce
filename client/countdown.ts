/** Time that runs out, on this page's own clock: a wall clock may be wrong, or be set meanwhile. */
export interface Countdown {
  /** Milliseconds left, never below 0. @param now of performance.now() */
  remainingMs: (now?: number) => number;
}

/**
 * What is left by the server's account. An answer is always late, so of several accounts of the same deadline the
 * earliest end is the truest; a later one also mends what a sleeping computer's clock has missed.
 * @param remainingMs as the server said
 * @param earlier the countdown so far, of the same deadline
 * @returns `earlier` itself when it still holds
 */
export function countdown(
  remainingMs: number,
  earlier: Countdown | null = null,
  now = performance.now(),
): Countdown {
  if (earlier && earlier.remainingMs(now) <= remainingMs) return earlier;
  const endsAt = now + remainingMs;
  return { remainingMs: (at = performance.now()) => Math.max(0, endsAt - at) };
}
