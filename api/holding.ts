import type { Hold } from '#core/journey/hold.ts';
import { draining } from './draining.ts';

/**
 * A request that may be held: until its time is up, its connection closes, or this process drains.
 * @param waitSeconds as the query says
 * @param onClose of the call
 */
export function holding(waitSeconds: number, onClose: (listener: () => void) => void): Hold {
  const aborting = new AbortController();
  const abort = () => aborting.abort();
  const forget = draining.onDrain(abort);
  onClose(() => {
    forget();
    abort();
  });
  return { waitSeconds, signal: aborting.signal };
}
