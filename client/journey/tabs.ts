/** The tabs of one browser: the one that was used last goes on, the others are told. */
export interface Tabs {
  /** Says that this tab goes on from here. */
  claim: () => void;
  /** Listens no more. */
  close: () => void;
}

/** @param onTaken called when another tab goes on with what this one did */
export function createTabs(onTaken: () => void): Tabs {
  if (typeof BroadcastChannel === 'undefined') return { claim: () => undefined, close: () => undefined };
  const channel = new BroadcastChannel('minuet.tabs');
  channel.onmessage = onTaken; // a channel does not hear itself
  return { claim: () => channel.postMessage('mine'), close: () => channel.close() };
}
