import { onPage } from '../page.ts';
import { createStore, type Store } from '../store.ts';
import { browserStorage, forgetPerson, storageOf, type Keep } from './storage.ts';

/** What proves who somebody is. */
export interface Tokens {
  access: string;
  refresh: string;
}

/** Who is signed in, by their id; null when nobody is. */
interface SignedIn {
  signedIn: boolean;
  person: string | null;
  /** Whether the last person left by their own wish: they are not asked to sign in again. */
  left: boolean;
}

/** The tokens of this browser, which all its tabs share. The store says whose they are. */
export interface TokenBox extends Store<SignedIn> {
  /** The tokens as they are now; if another tab has signed somebody else in, the store hears of it first. */
  read: () => Tokens | null;
  write: (tokens: Tokens) => void;
  /** Forgets them; the device stays known. @param left whether the person wishes to leave */
  clear: (left?: boolean) => void;
  /** What says that this is the same device as before. */
  device: () => string | null;
  rememberDevice: (token: string) => void;
}

const tokensKey = 'minuet.tokens';
const deviceKey = 'minuet.device';

/**
 * The tokens kept in a storage: localStorage unless given. When they become somebody else's, or nobody's, everything
 * that was kept for the person before is removed.
 */
export function createTokens(storage: Keep = browserStorage()): TokenBox {
  let left = false;
  const kept = (): Tokens | null => parse(storage.getItem(tokensKey));
  const whose = (tokens: Tokens | null): SignedIn => ({
    signedIn: tokens !== null,
    person: tokens && personOf(tokens.access),
    left,
  });
  const store = createStore<SignedIn>(whose(kept()));
  const read = (): Tokens | null => {
    const tokens = kept();
    const before = store.getSnapshot().person;
    const now = whose(tokens);
    if (before !== null && before !== now.person) forgetPerson(before, storage);
    store.set(now);
    return tokens;
  };
  onPage('storage', read); // another tab has signed in or out
  onPage('pageshow', read); // a page that was frozen has heard of nothing

  return {
    subscribe: store.subscribe,
    getSnapshot: store.getSnapshot,
    read,
    write: (tokens) => {
      left = false;
      storage.setItem(tokensKey, JSON.stringify(tokens));
      read();
    },
    clear: (byChoice = false) => {
      left = byChoice;
      storage.removeItem(tokensKey);
      read();
    },
    device: () => storage.getItem(deviceKey),
    rememberDevice: (token) => storage.setItem(deviceKey, token),
  };
}

/** The part of a storage that belongs to the person who is signed in now. */
export function ownStorage(storage: Keep): Keep {
  const tokens = parse(storage.getItem(tokensKey));
  return storageOf(tokens ? personOf(tokens.access) : 'nobody', storage);
}

function parse(text: string | null): Tokens | null {
  try {
    const { access, refresh } = JSON.parse(text ?? '{}') as Partial<Tokens>;
    return access && refresh ? { access, refresh } : null;
  } catch {
    return null;
  }
}

/** The subject of an access token (RFC 7519); only the server verifies it. */
function personOf(access: string): string {
  try {
    const payload = (access.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/');
    return (JSON.parse(atob(payload)) as { sub: string }).sub;
  } catch {
    return 'unknown';
  }
}
