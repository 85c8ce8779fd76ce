import { RangeSlider as MantineRange, Slider as MantineSlider } from '@mantine/core';
import styles from './slider.module.css';

interface Scale {
  label: string;
  min: number;
  max: number;
  step?: number;
  /** The value in words, for the eye and for screen readers. */
  words: string;
  hint?: string;
}

const classNames = {
  root: styles.root,
  track: styles.track,
  trackContainer: styles.trackContainer,
  bar: styles.bar,
  thumb: styles.thumb,
  label: 'hidden',
};

/** One value on a scale. */
export function Slider({
  label,
  words,
  hint,
  value,
  onChange,
  ...scale
}: Scale & { value: number; onChange: (value: number) => void }) {
  return (
    <div className={styles.slider}>
      <div className={styles.head}>
        <span className={styles.label}>{label}</span>
        <span className={styles.words}>{words}</span>
      </div>
      <MantineSlider
        {...scale}
        value={value}
        onChange={onChange}
        label={null}
        thumbLabel={label}
        thumbValueText={words}
        classNames={classNames}
      />
      {hint && <p className={styles.hint}>{hint}</p>}
    </div>
  );
}

/** A span on a scale. */
export function RangeSlider({
  label,
  words,
  value,
  onChange,
  from,
  to,
  ...scale
}: Omit<Scale, 'hint'> & {
  value: [number, number];
  onChange: (value: [number, number]) => void;
  from: string;
  to: string;
}) {
  return (
    <div className={styles.slider}>
      <div className={styles.head}>
        <span className={styles.label}>{label}</span>
        <span className={styles.words}>{words}</span>
      </div>
      <MantineRange
        {...scale}
        minRange={0}
        value={value}
        onChange={onChange}
        label={null}
        thumbFromLabel={from}
        thumbToLabel={to}
        classNames={classNames}
      />
    </div>
  );
}
