import type { ReactNode } from 'react';
import styles from './course.module.css';

/** Something that happened at an instant. */
export interface Happening {
  at: string;
  words: ReactNode;
  /** Stands out. */
  bright?: boolean;
}

const time = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' });

/** What happened, one thing after the other, each with its time to the second. */
export function Course({ happenings, label }: { happenings: readonly Happening[]; label: string }) {
  return (
    <ol className={styles.course} aria-label={label}>
      {happenings.map(({ at, words, bright }, index) => (
        <li key={index} data-bright={bright || undefined}>
          <time dateTime={at}>{time.format(new Date(at))}</time>
          <span>{words}</span>
        </li>
      ))}
    </ol>
  );
}
