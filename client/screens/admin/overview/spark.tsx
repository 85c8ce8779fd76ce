import { strokeOf } from './stroke.ts';
import styles from './tiles.module.css';

const size = { width: 120, height: 32 };

/** The last minutes of a figure as a stroke of the pen. Decoration: its table is the timeline's. */
export function Spark({ values, colour }: { values: readonly (number | null)[]; colour: string }) {
  return (
    <svg
      viewBox={`0 -3 ${size.width} ${size.height + 6}`}
      className={styles.spark}
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      <path d={strokeOf(values, size)} stroke={colour} />
    </svg>
  );
}
