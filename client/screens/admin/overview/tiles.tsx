import { useMemo, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { ActivityHistory, Live } from './wire.ts';
import { number, percent, shareOf } from './format.ts';
import { Spark } from './spark.tsx';
import { withHoles } from './steps.ts';
import styles from './tiles.module.css';

/** The figures of this moment, each with the stroke of the last minutes. */
export function Tiles({ live, history }: { live: Live; history: ActivityHistory | undefined }) {
  const { t } = useTranslation();
  const steps = useMemo(() => withHoles(history?.points ?? []), [history]);
  const past = (name: 'online' | 'searching' | 'in_call') => [
    ...steps.map(({ row }) => row?.[name] ?? null),
    live[name],
  ];
  const ofWhich = (words: 'completed' | 'mutualShare' | 'flagShare', part: number, all: number) =>
    all === 0 ? '' : t(`admin.overview.tiles.${words}`, { share: percent(shareOf(part, all)) });
  const { calls, searching_for: wished, last_hour: hour } = live;
  return (
    <dl className={styles.tiles}>
      <Tile
        label={t('admin.overview.online')}
        value={live.online}
        more={t('admin.overview.tiles.newcomers', { count: hour.newcomers })}
      >
        <Spark values={past('online')} colour="var(--online)" />
      </Tile>
      <Tile
        label={t('admin.overview.searching')}
        value={live.searching}
        more={t('admin.overview.tiles.wished', wished)}
      >
        <Spark values={past('searching')} colour="var(--searching)" />
      </Tile>
      <Tile
        label={t('admin.overview.inCall')}
        value={live.in_call}
        more={t('admin.overview.tiles.calls', calls)}
      >
        <Spark values={past('in_call')} colour="var(--call)" />
      </Tile>
      <Tile
        label={t('admin.overview.tiles.rounds')}
        value={hour.rounds}
        more={ofWhich('completed', hour.completed, hour.rounds)}
      />
      <Tile
        label={t('admin.overview.tiles.mutual')}
        value={hour.mutual}
        more={ofWhich('mutualShare', hour.mutual, hour.completed)}
      />
      <Tile
        label={t('admin.overview.tiles.flags')}
        value={hour.flags}
        more={ofWhich('flagShare', hour.flags, hour.rounds)}
      />
    </dl>
  );
}

function Tile({
  label,
  value,
  more,
  children,
}: {
  label: string;
  value: number;
  more: string;
  children?: ReactNode;
}) {
  return (
    <div className={styles.tile}>
      <dt>{label}</dt>
      <dd className={styles.value}>{number(value)}</dd>
      <dd className={styles.more}>{more}</dd>
      {children}
    </div>
  );
}
