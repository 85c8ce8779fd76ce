import { onPage } from '../page.ts';
import { createStore, type Store } from '../store.ts';

/**
 * How well it goes: `retrying` when the server could not be reached, `offline` when that has lasted, `stumbling` when the
 * page itself could not use what the server said.
 */
export type Health = 'ok' | 'retrying' | 'offline' | 'stumbling';

/** Watches how requests fare. */
export interface HealthWatch extends Store<{ health: Health }> {
  succeeded: () => void;
  failed: () => void;
  /** An answer could not be used; it is asked for again. */
  stumbled: () => void;
  /** The answers can be used. */
  steady: () => void;
}

const offlineAfterMs = 8_000;

/** Makes a watch that has seen nothing bad yet. */
export function createHealth(now: () => number = () => performance.now()): HealthWatch {
  const store = createStore<{ health: Health }>({ health: 'ok' });
  let failingSince: number | null = null;
  let stumbling = false;
  const rest = () => store.set({ health: stumbling ? 'stumbling' : 'ok' });
  const failed = () => {
    failingSince ??= now();
    const lasting = now() - failingSince >= offlineAfterMs || !isOnline();
    store.set({ health: lasting ? 'offline' : 'retrying' });
  };
  onPage('offline', failed);
  return {
    subscribe: store.subscribe,
    getSnapshot: store.getSnapshot,
    succeeded: () => {
      failingSince = null;
      rest();
    },
    failed,
    stumbled: () => {
      stumbling = true;
      if (failingSince === null) rest();
    },
    steady: () => {
      stumbling = false;
      if (failingSince === null) rest();
    },
  };
}

const isOnline = (): boolean => typeof navigator === 'undefined' || navigator.onLine;
