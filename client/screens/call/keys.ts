import { useEffect, useState } from 'react';
import { browserStorage } from '../../api/tokens.ts';
import { useMirror } from '../../app/evening.ts';

/** The keys of a date. None of them ends it. */
export interface Keys {
  /** Whether the microphone is on only for as long as the space bar is held. */
  talking: boolean;
  used: boolean;
  use: (on: boolean) => void;
}

const storage = browserStorage();
const key = 'minuet.keys';

/**
 * M and V switch microphone and camera, the space bar talks while it is held, ? lists them. They can be turned off
 * (WCAG 2.2, 2.1.4), and are nobody's business while something is written or a dialog is open.
 */
export function useKeys(onHelp: () => void): Keys {
  const mirror = useMirror();
  const [used, setUsed] = useState(() => storage.getItem(key) !== 'off');
  const [talking, setTalking] = useState(false);

  useEffect(() => {
    if (!used) return;
    let held = false;
    const down = (event: KeyboardEvent) => {
      if (event.repeat || isForSomethingElse(event)) return;
      const { microphoneOn, cameraOn } = mirror.getSnapshot();
      if (event.key === '?') onHelp();
      else if (event.key.toLowerCase() === 'm') mirror.setMicrophone(!microphoneOn);
      else if (event.key.toLowerCase() === 'v') void mirror.setCamera(!cameraOn);
      else if (event.key === ' ' && !microphoneOn) {
        event.preventDefault();
        held = true;
        mirror.setMicrophone(true);
        setTalking(true);
      }
    };
    const release = () => {
      if (!held) return;
      held = false;
      mirror.setMicrophone(false);
      setTalking(false);
    };
    const up = (event: KeyboardEvent) => event.key === ' ' && release();
    addEventListener('keydown', down);
    addEventListener('keyup', up);
    addEventListener('blur', release); // the key may be let go of in another window
    return () => {
      release();
      removeEventListener('keydown', down);
      removeEventListener('keyup', up);
      removeEventListener('blur', release);
    };
  }, [used, mirror, onHelp]);

  const use = (on: boolean) => {
    storage.setItem(key, on ? 'on' : 'off');
    setUsed(on);
  };
  return { talking, used, use };
}

/** Keys with a modifier are the browser's, those on a control are the control's. */
function isForSomethingElse(event: KeyboardEvent): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey) return true;
  const target = event.target instanceof Element ? event.target : null;
  if (target?.closest('input, textarea, select, [contenteditable], [role="dialog"]')) return true;
  return event.key === ' ' && Boolean(target?.closest('button, a, [role="slider"]'));
}
