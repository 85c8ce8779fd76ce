import type { Hold } from '#core/polling/hold.ts';
import { draining } from './draining.ts';

const atOnce: Hold = { waitSeconds: 0, isOver: () => false, onOver: () => undefined };

/**
 * A request that may be held: until its time is up, its connection closes, or this process drains.
 * @param waitSeconds as the query says
 * @param onClose of the call
 */
export function holding(waitSeconds: number, onClose: (listener: () => void) => void): Hold {
  if (waitSeconds === 0) return atOnce;
  let over = false;
  let told: () => void = () => undefined;
  const end = () => {
    over = true;
    told();
  };
  const forget = draining.onDrain(end);
  onClose(() => {
    forget();
    end();
  });
  return { waitSeconds, isOver: () => over, onOver: (listener) => (told = listener) };
}
