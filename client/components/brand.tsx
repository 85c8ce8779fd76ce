import styles from './brand.module.css';

/** The name and its sign. */
export function Brand() {
  return (
    <span className={styles.brand}>
      <svg viewBox="0 0 64 64" width="30" height="30" aria-hidden="true">
        <g fill="none" strokeLinecap="round" strokeWidth="5">
          <path className={styles.first} d="M12 52C12 28 24 27 32 32S52 36 52 12" />
          <path className={styles.second} d="M52 52C52 28 40 27 32 32S12 36 12 12" />
        </g>
      </svg>
      Minuet
    </span>
  );
}
