/** Where this browser keeps what it is to know after a reload. */
export type Keep = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

const memory = new Map<string, string>();
const memoryOfPage: Keep = {
  getItem: (key) => memory.get(key) ?? null,
  setItem: (key, value) => void memory.set(key, value),
  removeItem: (key) => void memory.delete(key),
};

/** localStorage, or a memory of this page where the browser forbids it. */
export function browserStorage(): Keep {
  try {
    localStorage.setItem('minuet.probe', '1');
    localStorage.removeItem('minuet.probe');
    return localStorage;
  } catch {
    return memoryOfPage;
  }
}

/** The part of a storage that belongs to one person: what another person writes there is never read. */
export function storageOf(person: string, storage: Keep = browserStorage()): Keep {
  const own = (key: string) => `${key}.${person}`;
  return {
    getItem: (key) => storage.getItem(own(key)),
    setItem: (key, value) => storage.setItem(own(key), value),
    removeItem: (key) => storage.removeItem(own(key)),
  };
}

/** Removes everything that is kept for a person. A storage that cannot be listed ends with the page. */
export function forgetPerson(person: string, storage: Keep): void {
  for (const key of Object.keys(storage)) if (key.endsWith(`.${person}`)) storage.removeItem(key);
}
