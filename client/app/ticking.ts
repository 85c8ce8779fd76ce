import { useEffect, useState } from 'react';
import type { Countdown } from '../countdown.ts';

/**
 * Milliseconds left, read again and again.
 * @param everyMs how often; the ring of a countdown moves more often than its seconds
 */
export function useRemainingMs(left: Countdown['remainingMs'] | null, everyMs = 250): number | null {
  const tick = useTick(everyMs, left !== null);
  return left ? left(tick) : null;
}

/** The page's own clock (performance.now()), read again and again. */
export function useTick(everyMs: number, running = true): number {
  const [now, setNow] = useState(() => performance.now());
  useEffect(() => {
    if (!running) return;
    const tick = () => setNow(performance.now());
    tick();
    const timer = setInterval(tick, everyMs);
    return () => clearInterval(timer);
  }, [everyMs, running]);
  return now;
}

/**
 * Minutes and seconds as people write them: 2:05.
 * @param whole what becomes of a second that has begun: it counts while time runs out, and not yet while it adds up
 */
export function clockTime(ms: number, whole: 'begun' | 'past' = 'begun'): string {
  const seconds = Math.max(0, whole === 'begun' ? Math.ceil(ms / 1000) : Math.floor(ms / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
