/** A value that can be watched; the shape that React's useSyncExternalStore asks for. */
export interface Store<T> {
  subscribe: (listener: () => void) => () => void;
  /** The same object until something changes. */
  getSnapshot: () => T;
}

/** A store that its owner writes. */
export interface Writable<T> extends Store<T> {
  /** Changes some fields; listeners hear of it only when one of them is another than before. */
  set: (changes: Partial<T>) => void;
}

/** Makes a store that holds `initial`. */
export function createStore<T extends object>(initial: T): Writable<T> {
  const listeners = new Set<() => void>();
  let snapshot = initial;
  return {
    subscribe: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    getSnapshot: () => snapshot,
    set: (changes) => {
      const keys = Object.keys(changes) as (keyof T)[];
      if (keys.every((key) => Object.is(changes[key], snapshot[key]))) return;
      snapshot = { ...snapshot, ...changes };
      for (const listener of [...listeners]) listener();
    },
  };
}
