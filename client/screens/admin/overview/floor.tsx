import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Live } from './wire.ts';
import { arrange, figures, type Figure, type Mark } from './arrangement.ts';
import styles from './floor.module.css';

const radius = 158;

/** The dance floor from above: couples in the middle, those who wait around them. The figures stand beside it in words. */
export function Floor({ live }: { live: Live | undefined }) {
  const { t } = useTranslation();
  const { marks, per, size } = useMemo(() => arrange(live ? onFloor(live) : nobody), [live]);
  return (
    <figure className={styles.floor}>
      <svg viewBox="-180 -180 360 360" aria-hidden="true" data-still={!live || undefined}>
        <circle className={styles.edge} r="176" />
        <circle className={styles.rule} r="169" />
        {marks.map((mark, at) => (
          <Dancer key={`${mark.figure}-${at}`} {...mark} size={size} />
        ))}
      </svg>
      <figcaption className={styles.key}>
        {figures.map((figure) => (
          <span key={figure} className={styles.entry}>
            <svg viewBox="-9 -6 18 12" width="21" height="14" aria-hidden="true">
              <Dancer figure={figure} x={0} y={0} turn={0} size={1} />
            </svg>
            {t(`admin.overview.floor.${figure}`)}
          </span>
        ))}
        {per > 1 && <span className={styles.per}>{t('admin.overview.floor.per', { count: per })}</span>}
      </figcaption>
    </figure>
  );
}

function Dancer({ figure, x, y, turn, size }: Mark & { size: number }) {
  const place = `translate(${fixed(x * radius)} ${fixed(y * radius)}) rotate(${fixed((turn * 180) / Math.PI)}) scale(${fixed(size)})`;
  const isCouple = figure === 'call' || figure === 'connecting';
  return (
    <g transform={place} className={styles[figure]}>
      {isCouple ? (
        <>
          <circle cx="-4.3" r="4" className={styles.one} />
          <circle cx="4.3" r="4" className={styles.other} />
        </>
      ) : (
        <circle r={figure === 'watching' ? 2 : 4} />
      )}
    </g>
  );
}

const fixed = (value: number): string => value.toFixed(1);

const nobody: Record<Figure, number> = { call: 0, deciding: 0, connecting: 0, searching: 0, watching: 0 };

function onFloor({ online, searching, connecting, in_call, deciding, disconnecting }: Live): typeof nobody {
  const elsewhere = searching + connecting + in_call + deciding + disconnecting;
  return {
    call: Math.ceil(in_call / 2),
    deciding,
    connecting: Math.ceil(connecting / 2),
    searching,
    watching: Math.max(0, online - elsewhere),
  };
}
