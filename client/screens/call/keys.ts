import { useEffect, useEffectEvent, useState } from 'react';
import { useMirror } from '../../app/evening.ts';
import { isForSomethingElse, useKeysInUse } from '../../app/keystroke.ts';

/** The keys of a date. None of them ends it. */
export interface Keys {
  /** Whether the microphone is on only for as long as the space bar is held. */
  talking: boolean;
  used: boolean;
  use: (on: boolean) => void;
}

/**
 * M and V switch microphone and camera, the space bar talks while it is held, ? lists them. They can be turned off
 * (WCAG 2.2, 2.1.4), and are nobody's business while something is written or a dialog is open.
 */
export function useKeys(onHelp: () => void): Keys {
  const mirror = useMirror();
  const { used, use } = useKeysInUse();
  const [talking, setTalking] = useState(false);
  const help = useEffectEvent(onHelp); // a new one with each render must not let go of the key

  useEffect(() => {
    if (!used) return;
    let held = false;
    const down = (event: KeyboardEvent) => {
      if (event.repeat || isForSomethingElse(event)) return;
      const { microphoneOn, cameraOn } = mirror.getSnapshot();
      if (event.key === '?') help();
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
  }, [used, mirror]);

  return { talking, used, use };
}
