import { useSyncExternalStore } from 'react';

let words = '';
let turn = 0;
let fading: ReturnType<typeof setTimeout> | undefined;

const fadeAfterMs = 5_000; // what was said stands in nobody's way
const listeners = new Set<() => void>();

/** Says something to screen readers when they have finished what they are saying. */
export function announce(text: string): void {
  turn += 1;
  show(turn % 2 === 0 ? text : `${text}\u00a0`); // the same words twice are said twice
  clearTimeout(fading);
  fading = setTimeout(() => show(''), fadeAfterMs);
}

/** Takes back what is still said: it was meant for somebody else. */
export function hush(): void {
  clearTimeout(fading);
  show('');
}

function show(text: string): void {
  words = text;
  for (const listener of listeners) listener();
}

/** The one polite live region of the page. */
export function Announcer() {
  const text = useSyncExternalStore(subscribe, () => words);
  return (
    <div className="hidden" role="status" aria-live="polite">
      {text}
    </div>
  );
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
