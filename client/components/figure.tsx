import styles from './figure.module.css';

const rising = 'M60 330C60 190 150 170 210 200S360 210 360 70';
const falling = 'M360 330C360 190 270 170 210 200S60 210 60 70';

/** The bars that mark the measures along a path, as dancing masters wrote them: [x, y, angle]. */
const bars = [
  [64, 285, 10],
  [83, 236, 30],
  [123, 201, 62],
  [297, 199, 62],
  [337, 164, 30],
  [356, 115, 10],
] as const;

interface Figure {
  /** `drawn` draws itself once; `danced` has two dancers on it, for as long as it is shown. */
  motion?: 'drawn' | 'danced';
  className?: string | undefined;
}

/** The floor pattern of a minuet: two people, two mirrored paths that cross once. Decoration only. */
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
