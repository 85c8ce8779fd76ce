import { clock } from '#core/clock.ts';

interface Level {
  tokens: number;
  atMs: number;
}

// Beyond this many keys the fullest, which are those not seen for long, are forgotten.
const mostKeys = 50_000;

export type Bucket = ReturnType<typeof createBucket>;

/**
 * A token bucket for each key, in this process's memory.
 * @param perSecond how fast a bucket fills
 * @param burst how much it holds
 */
export function createBucket(perSecond: number, burst: number) {
  const levels = new Map<string, Level>();

  return {
    /**
     * Takes tokens, one unless told; returns 0, or after how many whole seconds there will be one again. What costs more
     * than there is takes all there is, and the rest is paid back before the next: no size is refused for ever.
     */
    take(key: string, cost = 1): number {
      const nowMs = clock.ms();
      const level = levels.get(key) ?? remember(key, nowMs);
      level.tokens = Math.min(burst, level.tokens + (Math.max(0, nowMs - level.atMs) * perSecond) / 1000);
      level.atMs = nowMs;
      if (level.tokens < 1) return Math.ceil((1 - level.tokens) / perSecond);
      level.tokens -= cost;
      return 0;
    },

    /** How many keys are remembered. */
    size: (): number => levels.size,
  };

  function remember(key: string, nowMs: number): Level {
    if (levels.size >= mostKeys) forgetFull(nowMs);
    const level = { tokens: burst, atMs: nowMs };
    levels.set(key, level);
    return level;
  }

  function forgetFull(nowMs: number): void {
    const fillMs = (burst / perSecond) * 1000;
    for (const [key, { atMs }] of levels) if (nowMs - atMs >= fillMs) levels.delete(key);
    if (levels.size >= mostKeys) levels.clear();
  }
}
