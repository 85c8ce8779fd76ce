import type { ReactNode } from 'react';
import styles from './badge.module.css';

/** A word or two about the state of something. */
export function Badge({
  kind = 'plain',
  children,
}: {
  kind?: 'plain' | 'alarm' | 'candle' | 'leaf';
  children: ReactNode;
}) {
  return <span className={[styles.badge, styles[kind]].join(' ')}>{children}</span>;
}
