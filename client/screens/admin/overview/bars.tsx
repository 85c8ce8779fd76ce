import styles from './bars.module.css';

interface Line {
  label: string;
  value: number;
  /** The value in words. */
  words: string;
}

/** A list of lengths, each beside its name and its figure. Told apart by where they are, not by colour. */
export function Bars({ lines, colour = 'var(--online)' }: { lines: readonly Line[]; colour?: string }) {
  const most = Math.max(1e-9, ...lines.map(({ value }) => value));
  return (
    <ul className={styles.bars} style={{ color: colour }}>
      {lines.map(({ label, value, words }) => (
        <li key={label}>
          <span className={styles.label}>{label}</span>
          <span className={styles.track} aria-hidden="true">
            <span style={{ inlineSize: `${(value / most) * 100}%` }} />
          </span>
          <span className={styles.words}>{words}</span>
        </li>
      ))}
    </ul>
  );
}
