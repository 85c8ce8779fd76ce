import type { ReactNode } from 'react';
import { FloorFigure } from '../../components/figure.tsx';
import { Page } from '../../components/page.tsx';
import styles from './interlude.module.css';

interface InterludeProps {
  title: string;
  text: ReactNode;
  /** What is to be read before going on. */
  note?: ReactNode;
  /** What one can do from here. */
  children: ReactNode;
  /** Something kind before it: how the last date ended. */
  before?: ReactNode;
}

/** A quiet screen between two dances. */
export function Interlude({ title, text, note, children, before }: InterludeProps) {
  return (
    <Page title={title} evening>
      <div className={styles.interlude}>
        <FloorFigure className={styles.figure} />
        {before && <p className={styles.before}>{before}</p>}
        <h1>{title}</h1>
        <p className={styles.text}>{text}</p>
        {note}
        <div className={styles.ways}>{children}</div>
      </div>
    </Page>
  );
}
