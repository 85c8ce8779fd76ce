import { useEffect, useRef } from 'react';
import { listen } from '../media/level.ts';
import styles from './meter.module.css';

/** How loud one's own voice is, as a line that moves. */
export function Meter({ stream, label }: { stream: MediaStream | null; label: string }) {
  const bar = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!stream) return;
    // Past React on purpose: sixteen times a second nothing but one property changes.
    return listen(stream, (level) => bar.current?.style.setProperty('--level', level.toFixed(2)));
  }, [stream]);
  return (
    <div className={styles.meter} role="img" aria-label={label}>
      <div ref={bar} className={styles.level} />
    </div>
  );
}
