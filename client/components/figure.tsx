import styles from './figure.module.css';

const rising = 'M70 350C60 150 110 50 160 60C220 75 210 320 330 350';
const falling = 'M350 350C360 150 310 50 260 60C200 75 210 320 90 350';

/** The bars that mark the measures along a path, as dancing masters wrote them: [x, y, angle]. */
const bars = [
  [69, 268, 2],
  [77, 187, 10],
  [99, 109, 25],
  [170, 65, 127],
  [241, 254, 158],
  [275, 313, 141],
] as const;

interface Figure {
  /** `drawn` draws itself once; `danced` has two dancers on it, for as long as it is shown. */
  motion?: 'drawn' | 'danced';
  className?: string | undefined;
}

/** The floor pattern of a minuet: two people, two mirrored paths that cross once, an M. Decoration only. */
export function FloorFigure({ motion = 'drawn', className }: Figure) {
  return (
    <svg
      viewBox="0 0 420 400"
      className={[styles.figure, styles[motion], className].filter(Boolean).join(' ')}
      aria-hidden="true"
    >
      <path className={`${styles.path} ${styles.first}`} d={rising} pathLength={1} />
      <path className={`${styles.path} ${styles.second}`} d={falling} pathLength={1} />
      <g className={styles.bars}>
        {bars.map(([x, y, angle]) => (
          <g key={x}>
            <path d="M-7 0H7" transform={`translate(${x} ${y}) rotate(${angle})`} />
            <path d="M-7 0H7" transform={`translate(${420 - x} ${y}) rotate(${-angle})`} />
          </g>
        ))}
      </g>
      <circle className={`${styles.dancer} ${styles.me}`} r="11" />
      <circle className={`${styles.dancer} ${styles.other}`} r="11" />
    </svg>
  );
}
