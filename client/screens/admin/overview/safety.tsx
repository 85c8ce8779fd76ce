import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Anomalies, ModerationStatistics } from './wire.ts';
import { Bars } from './bars.tsx';
import { duration, fullTime, number } from './format.ts';
import { Plate } from './plate.tsx';
import { useAnomalies, useModeration } from './reads.ts';
import type { Span } from './span.ts';
import { sheetOf } from '../sheet.ts';
import styles from './safety.module.css';

type Anomaly = Anomalies['anomalies'][number];
const nows = [
  'pending_cases',
  'pending_flags',
  'low_trust_flags',
  'pending_appeals',
  'awaiting_confirmation',
  'restrictions_in_force',
] as const;

/** What lies on the moderators' desk, and how fast it goes. */
export function ModerationPlate({ span }: { span: Span }) {
  const { t } = useTranslation();
  const rowsOf = (statistics: ModerationStatistics) => [
    ...nows.map((of) => ({ label: t(`admin.overview.moderation.${of}`), count: statistics.now[of] })),
    { label: t('admin.overview.moderation.flags'), count: statistics.flags },
    { label: t('admin.overview.moderation.closed'), count: statistics.closed },
    ...(['by_moderators', 'automatic', 'warnings'] as const).map((of) => ({
      label: t(`admin.overview.moderation.${of}`),
      count: statistics.restrictions[of],
    })),
  ];
  return (
    <Plate
      title={t('admin.overview.moderation.title')}
      read={useModeration(span)}
      isEmpty={() => false}
      empty=""
      reading={({ now, flags, closed, hours_to_close, end_time }) =>
        [
          t('admin.overview.moderation.reading', { flags: number(flags), closed: number(closed) }),
          hours_to_close.p50 !== null &&
            t('admin.overview.moderation.took', { time: duration(hours_to_close.p50 * 3600) }),
          now.oldest_pending_at &&
            t('admin.overview.moderation.oldest', {
              time: duration((Date.parse(end_time) - Date.parse(now.oldest_pending_at)) / 1000),
            }),
        ]
          .filter(Boolean)
          .join(' ')
      }
      sheet={(statistics) =>
        sheetOf('moderation', rowsOf(statistics), [
          { label: t('admin.overview.moderation.what'), value: ({ label }) => label },
          { label: t('admin.overview.count'), value: ({ count }) => count },
        ])
      }
    >
      {({ now, by_category: categories }) => (
        <div className={styles.moderation}>
          <dl className={styles.now}>
            {nows.map((of) => (
              <div key={of}>
                <dt>{t(`admin.overview.moderation.${of}`)}</dt>
                <dd>{number(now[of])}</dd>
              </div>
            ))}
          </dl>
          <Bars
            colour="var(--call)"
            lines={[...categories]
              .sort((a, b) => b.count - a.count)
              .map(({ category, count }) => ({
                label: category ? t(`flag.categories.${category}`) : t('admin.uncategorized'),
                value: count,
                words: number(count),
              }))}
          />
          <Link to="/admin/flags">{t('admin.overview.moderation.desk')}</Link>
        </div>
      )}
    </Plate>
  );
}

/** What does not look like people who want to meet people. */
export function AnomaliesPlate({ span }: { span: Span }) {
  const { t } = useTranslation();
  const words = ({ kind, count, of }: Anomaly) =>
    t(`admin.overview.anomalies.${kind}`, { count, of: of ?? 0 });
  return (
    <Plate
      title={t('admin.overview.anomalies.title')}
      read={useAnomalies(span)}
      isEmpty={({ anomalies }) => anomalies.length === 0}
      empty={t('admin.overview.anomalies.empty')}
      sheet={({ anomalies }) =>
        sheetOf('anomalies', anomalies, [
          {
            label: t('admin.overview.anomalies.who'),
            value: ({ user_name, user_id }) => user_name ?? user_id,
          },
          { label: t('admin.overview.anomalies.what'), value: words },
          {
            label: t('admin.overview.anomalies.latest'),
            value: ({ latest_at }) => latest_at,
            shown: ({ latest_at }) => fullTime(latest_at),
          },
        ])
      }
    >
      {({ anomalies }) => (
        <ul className={styles.anomalies}>
          {anomalies.map((anomaly) => (
            <li key={`${anomaly.kind}-${anomaly.user_id}`}>
              <Link to={`/admin/people/${anomaly.user_id}`}>{anomaly.user_name ?? t('admin.gone')}</Link>
              <span>{words(anomaly)}</span>
              <time dateTime={anomaly.latest_at}>{fullTime(anomaly.latest_at)}</time>
            </li>
          ))}
        </ul>
      )}
    </Plate>
  );
}
