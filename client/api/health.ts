import { onPage } from '../page.ts';
import { createStore, type Store } from '../store.ts';

/** How well the server can be reached: `retrying` after a failure, `offline` when it has lasted. */
export type Health = 'ok' | 'retrying' | 'offline';

/** Watches how requests fare. */
export interface HealthWatch extends Store<{ health: Health }> {
  succeeded: () => void;
  failed: () => void;
}

const offlineAfterMs = 8_000;

/** Makes a watch that has seen nothing bad yet. */
export function createHealth(now: () => number = () => performance.now()): HealthWatch {
  const store = createStore<{ health: Health }>({ health: 'ok' });
  let failingSince: number | null = null;
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
      store.set({ health: 'ok' });
    },
    failed,
  };
}

const isOnline = (): boolean => typeof navigator === 'undefined' || navigator.onLine;
