import type { ReactNode } from 'react';
import styles from './chart.module.css';

// Drawn by recharts: SVG that takes its colours from custom properties, and that arrow keys can go through. Its 100 KB
// come with the dashboard and with nothing else.

/** How a series is drawn: by colour, and by form for those who see colours differently. */
export type Stroke = 'area' | 'faint' | 'line' | 'dashed' | 'bar' | 'hatched';

/** What the marks of a chart mean. */
export function Key({ entries }: { entries: readonly { label: string; colour: string; stroke: Stroke }[] }) {
  return (
    <ul className={styles.key}>
      {entries.map(({ label, colour, stroke }) => (
        <li key={label}>
          <span className={styles[stroke]} style={{ color: colour }} aria-hidden="true" />
          {label}
        </li>
      ))}
    </ul>
  );
}

/** What lies under the pointer, or where the arrow keys have come to. */
export function Note({ title, lines }: { title: string; lines: readonly (readonly [string, ReactNode])[] }) {
  return (
    <div className={styles.note}>
      <p>{title}</p>
      <dl>
        {lines.map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}

/** The look that axes share. */
export const axis = {
  tick: { fill: 'var(--ink-soft)', fontSize: 12 },
  stroke: 'var(--line-strong)',
  tickLine: false,
} as const;

/** Of an axis that counts: it has no line of its own, the grid is there. */
export const countAxis = {
  ...axis,
  axisLine: false,
  allowDecimals: false,
  width: 40,
  tickMargin: 4,
} as const;

export const grid = { vertical: false, stroke: 'var(--line)' } as const;

/** A hatching in a colour, so that grey is told from grey. */
export function Hatching({ id, colour }: { id: string; colour: string }) {
  return (
    <pattern id={id} width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
      <rect width="5" height="5" fill={colour} opacity="0.16" />
      <path d="M0 0V5" stroke={colour} strokeWidth="3" />
    </pattern>
  );
}
