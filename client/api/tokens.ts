import { onPage } from '../page.ts';
import { createStore, type Store } from '../store.ts';

/** What proves who somebody is. */
export interface Tokens {
  access: string;
  refresh: string;
}

/** The tokens of this browser, which all its tabs share. The store says whether there are any. */
export interface TokenBox extends Store<{ signedIn: boolean }> {
  read: () => Tokens | null;
  write: (tokens: Tokens) => void;
  /** Forgets them; the device stays known. */
  clear: () => void;
  /** What says that this is the same device as before. */
  device: () => string | null;
  rememberDevice: (token: string) => void;
}

const tokensKey = 'minuet.tokens';
const deviceKey = 'minuet.device';

/** The tokens kept in a storage: localStorage unless given. */
export function createTokens(
  storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'> = browserStorage(),
): TokenBox {
  const read = (): Tokens | null => parse(storage.getItem(tokensKey));
  const store = createStore({ signedIn: read() !== null });
  const look = () => store.set({ signedIn: read() !== null });
  onPage('storage', look); // another tab has signed in or out

  return {
    subscribe: store.subscribe,
    getSnapshot: store.getSnapshot,
    read,
    write: (tokens) => {
      storage.setItem(tokensKey, JSON.stringify(tokens));
      look();
    },
    clear: () => {
      storage.removeItem(tokensKey);
      look();
    },
    device: () => storage.getItem(deviceKey),
    rememberDevice: (token) => storage.setItem(deviceKey, token),
  };
}

function parse(text: string | null): Tokens | null {
  try {
    const { access, refresh } = JSON.parse(text ?? '{}') as Partial<Tokens>;
    return access && refresh ? { access, refresh } : null;
  } catch {
    return null;
  }
}

/** localStorage, or a memory of this page where the browser forbids it. */
export function browserStorage(): Pick<Storage, 'getItem' | 'setItem' | 'removeItem'> {
  try {
    localStorage.setItem('minuet.probe', '1');
    localStorage.removeItem('minuet.probe');
    return localStorage;
  } catch {
    const memory = new Map<string, string>();
    return {
      getItem: (key) => memory.get(key) ?? null,
      setItem: (key, value) => void memory.set(key, value),
      removeItem: (key) => void memory.delete(key),
    };
  }
}
