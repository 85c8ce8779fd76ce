import { createContext, use, useSyncExternalStore } from 'react';
import type { Api } from '../api/api.ts';
import type { Store } from '../store.ts';

/** The server as all screens know it. */
export const ApiContext = createContext<Api | null>(null);

/** The way to the server. */
export function useApi(): Api {
  const api = use(ApiContext);
  if (!api) throw new Error('useApi outside of the house');
  return api;
}

/** What a store holds; renders again when it changes. */
export const useStore = <Value>(store: Store<Value>): Value =>
  useSyncExternalStore(store.subscribe, store.getSnapshot);

/** Whether this browser has somebody's tokens. */
export const useSignedIn = (): boolean => useStore(useApi().tokens).signedIn;

/** Whose tokens this browser has: an id; null when nobody is signed in. */
export const usePersonId = (): string | null => useStore(useApi().tokens).person;
