import { live } from '../app/live.ts';
import { useStore } from '../app/house.ts';
import { createStore } from '../store.ts';
import styles from './announcer.module.css';

const said = createStore({ words: '' });
const shown = createStore({ words: '' });
let turn = 0;
let fading: ReturnType<typeof setTimeout> | undefined;
let hiding: ReturnType<typeof setTimeout> | undefined;

const fadeAfterMs = 5_000; // what was said stands in nobody's way
const hideAfterMs = 7_000; // long enough to be read twice

/** Says something to screen readers when they have finished what they are saying. */
export function announce(text: string): void {
  turn += 1;
  said.set({ words: turn % 2 === 0 ? text : `${text}\u00a0` }); // the same words twice are said twice
  clearTimeout(fading);
  fading = setTimeout(() => said.set({ words: '' }), fadeAfterMs);
}

/** Confirms something to everybody: shown for a few seconds, and said to screen readers. */
export function confirm(text: string): void {
  announce(text);
  shown.set({ words: text });
  clearTimeout(hiding);
  hiding = setTimeout(() => shown.set({ words: '' }), hideAfterMs);
}

/** Takes back what is still said and shown: it was meant for another person. */
export function hush(): void {
  clearTimeout(fading);
  clearTimeout(hiding);
  said.set({ words: '' });
  shown.set({ words: '' });
}

/** The one polite live region of the page, and the one place where confirmations are shown. */
export function Announcer() {
  const { words } = useStore(said);
  const toast = useStore(shown).words;
  const { live: inDate } = useStore(live);
  return (
    <>
      <div className="hidden" role="status" aria-live="polite">
        {words}
      </div>
      {toast && (
        <p key={toast} className={styles.toast} data-live={inDate || undefined} aria-hidden="true">
          {toast}
        </p>
      )}
    </>
  );
}
