import styles from './brand.module.css';

/**
 * The name and its sign.
 * @param compact the sign alone on a narrow phone, where the ways to go need the room
 */
export function Brand({ compact = false }: { compact?: boolean }) {
  return (
    <span className={styles.brand} data-compact={compact || undefined}>
      <svg viewBox="30 30 360 350" width="30" height="30" aria-hidden="true">
        <g fill="none" strokeLinecap="round" strokeWidth="34">
          <path className={styles.first} d="M70 350C60 150 110 50 160 60C220 75 210 320 330 350" />
          <path className={styles.second} d="M350 350C360 150 310 50 260 60C200 75 210 320 90 350" />
        </g>
      </svg>
      <span>Minuet</span>
    </span>
  );
}
