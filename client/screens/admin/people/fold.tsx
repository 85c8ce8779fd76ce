import type { ReactNode } from 'react';
import styles from './fold.module.css';

/** A part of a person's story that opens and closes; the platform's own, so keys and screen readers work. */
export function Fold({ title, open, children }: { title: string; open: boolean; children: ReactNode }) {
  return (
    <details className={styles.fold} open={open}>
      <summary>{title}</summary>
      {children}
    </details>
  );
}
