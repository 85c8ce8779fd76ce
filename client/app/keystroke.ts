import { useState } from 'react';
import { browserStorage } from '../api/storage.ts';

const storage = browserStorage();
const key = 'minuet.keys';

/** Whether single keys do something on this device: they can be turned off (WCAG 2.2, 2.1.4). */
export function useKeysInUse(): { used: boolean; use: (on: boolean) => void } {
  const [used, setUsed] = useState(() => storage.getItem(key) !== 'off');
  const use = (on: boolean) => {
    storage.setItem(key, on ? 'on' : 'off');
    setUsed(on);
  };
  return { used, use };
}

/** Keys with a modifier are the browser's, those on a control are the control's. */
export function isForSomethingElse(event: KeyboardEvent): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey) return true;
  const target = event.target instanceof Element ? event.target : null;
  if (target?.closest('input, textarea, select, [contenteditable], [role="dialog"]')) return true;
  return event.key === ' ' && Boolean(target?.closest('button, a, [role="slider"]'));
}
