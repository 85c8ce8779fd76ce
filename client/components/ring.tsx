import type { ReactNode } from 'react';
import styles from './ring.module.css';

interface RingProps {
  /** What is left, 0 to 1. */
  left: number;
  /** Into how many parts the ring is marked: minutes, say. */
  parts?: number;
  urgent?: boolean;
  children?: ReactNode;
  className?: string | undefined;
}

/** A ring that runs out. Decoration: the time itself stands in words beside or inside it. */
export function Ring({ left, parts = 0, urgent = false, children, className }: RingProps) {
  return (
    <div className={[styles.ring, urgent && styles.urgent, className].filter(Boolean).join(' ')}>
      <svg viewBox="0 0 100 100" aria-hidden="true">
        <circle className={styles.track} cx="50" cy="50" r="45" />
        <circle
          className={styles.left}
          cx="50"
          cy="50"
          r="45"
          pathLength={1}
          strokeDasharray="1"
          strokeDashoffset={1 - Math.min(1, Math.max(0, left))}
          transform="rotate(-90 50 50)"
        />
        {Array.from({ length: parts }, (_, at) => (
          <path
            key={at}
            className={styles.mark}
            d="M50 1.5V8.5"
            transform={`rotate(${(360 / parts) * at} 50 50)`}
          />
        ))}
      </svg>
      <div className={styles.inside}>{children}</div>
    </div>
  );
}
