import { useTranslation } from 'react-i18next';
import type { Pools, StateStatistics } from './wire.ts';
import { Bars } from './bars.tsx';
import { duration, exactTime, number, percent, shareOf } from './format.ts';
import { sheetOfBins } from './bins.ts';
import { Histogram } from './histogram.tsx';
import { Plate } from './plate.tsx';
import { useExclusions, usePools, useStates, useWaits } from './reads.ts';
import { sheetOf } from '../sheet.ts';
import type { Span } from './span.ts';
import styles from './waiting.module.css';

type State = StateStatistics['states'][number];
type Pool = Pools['pools'][number];

/** How long people wait until they are paired. */
export function WaitsPlate({ span }: { span: Span }) {
  const { t } = useTranslation();
  const counted = t('admin.overview.waits.counted');
  return (
    <Plate
      title={t('admin.overview.waits.title')}
      read={useWaits(span)}
      isEmpty={({ time_to_match: { count } }) => count === 0}
      reading={({ time_to_match: { p50, p90, p99 } }) =>
        t('admin.overview.waits.reading', {
          p50: duration(p50),
          p90: duration(p90),
          p99: duration(p99),
        })
      }
      empty={t('admin.overview.waits.empty')}
      sheet={({ time_to_match }) =>
        sheetOfBins(time_to_match, 'time-to-match', [t('admin.overview.waits.took'), counted], duration)
      }
    >
      {({ time_to_match }) => (
        <Histogram
          distribution={time_to_match}
          title={t('admin.overview.waits.title')}
          words={duration}
          counted={counted}
        />
      )}
    </Plate>
  );
}

/** Where people spend their time. */
export function StatesPlate({ span }: { span: Span }) {
  const { t } = useTranslation();
  const name = ({ state }: State) => t(`admin.overview.states.${state}`);
  return (
    <Plate
      title={t('admin.overview.states.title')}
      read={useStates(span)}
      isEmpty={({ states }) => states.every(({ seconds }) => seconds === 0)}
      reading={({ states }) => {
        const all = states.reduce((sum, { seconds }) => sum + seconds, 0);
        const talking = states.find(({ state }) => state === 'IN_CALL')?.seconds ?? 0;
        return t('admin.overview.states.reading', { share: percent(shareOf(talking, all)) });
      }}
      empty={t('admin.overview.states.empty')}
      sheet={({ states }) =>
        sheetOf('time-in-each-state', states, [
          { label: t('admin.overview.states.state'), value: name },
          { label: t('admin.overview.states.stays'), value: ({ stays }) => stays },
          {
            label: t('admin.overview.states.seconds'),
            value: ({ seconds }) => seconds,
            shown: ({ seconds }) => duration(seconds),
          },
          {
            label: t('admin.overview.states.mean'),
            value: ({ mean }) => mean,
            shown: ({ mean }) => duration(mean),
          },
        ])
      }
    >
      {({ states }) => {
        const all = states.reduce((sum, { seconds }) => sum + seconds, 0);
        return (
          <Bars
            lines={states.map((state) => ({
              label: name(state),
              value: state.seconds,
              words: `${percent(shareOf(state.seconds, all))} · ∅ ${duration(state.mean)}`,
            }))}
          />
        );
      }}
    </Plate>
  );
}

/** The pools, and whether somebody leads them. */
export function PoolsPlate() {
  const { t } = useTranslation();
  const words = (of: 'name' | 'waiting' | 'longest' | 'estimate' | 'led' | 'fence') =>
    t(`admin.overview.pools.${of}`);
  return (
    <Plate
      title={t('admin.overview.pools.title')}
      read={usePools()}
      isEmpty={({ pools }) => pools.length === 0}
      empty={t('admin.overview.pools.empty')}
      sheet={({ pools }) =>
        sheetOf('pools', pools, [
          { label: words('name'), value: ({ name }: Pool) => name },
          { label: words('waiting'), value: ({ waiting }: Pool) => waiting },
          {
            label: words('longest'),
            value: ({ longest_wait_seconds: seconds }: Pool) => seconds,
            shown: ({ longest_wait_seconds: seconds }: Pool) => duration(seconds),
          },
          {
            label: words('estimate'),
            value: ({ estimated_wait_seconds: seconds }: Pool) => seconds,
            shown: ({ estimated_wait_seconds: seconds }: Pool) => duration(seconds),
          },
          {
            label: words('led'),
            value: ({ lease_expires_at: at }: Pool) => at,
            shown: ({ led }: Pool) => t(led ? 'admin.overview.pools.yes' : 'admin.overview.pools.no'),
          },
          { label: words('fence'), value: ({ fence }: Pool) => fence },
        ])
      }
    >
      {({ pools }) => (
        <ul className={styles.pools}>
          {pools.map((pool) => (
            <li key={pool.name} data-trouble={(!pool.led && pool.waiting > 1) || undefined}>
              <h4>{pool.name}</h4>
              <p className={styles.waiting}>
                <strong>{number(pool.waiting)}</strong> {t('admin.overview.pools.waiting')}
              </p>
              {pool.waiting > 0 && (
                <p>
                  {t('admin.overview.pools.waits', {
                    longest: duration(pool.longest_wait_seconds),
                    estimate: duration(pool.estimated_wait_seconds),
                  })}
                </p>
              )}
              <p className={styles.lead}>
                {pool.led
                  ? t('admin.overview.pools.ledBy', { fence: pool.fence ?? '–' })
                  : t('admin.overview.pools.unled')}
                {pool.presence_since &&
                  ` · ${t('admin.overview.pools.presence', { when: exactTime(pool.presence_since) })}`}
              </p>
            </li>
          ))}
        </ul>
      )}
    </Plate>
  );
}

/** Who is not paired with whom, for a while. */
export function ExclusionsPlate() {
  const { t } = useTranslation();
  return (
    <Plate
      title={t('admin.overview.exclusions.title')}
      read={useExclusions()}
      isEmpty={({ exclusions }) => exclusions === 0}
      reading={({ sizes: { p50, p90, most } }) =>
        t('admin.overview.exclusions.reading', {
          p50: number(p50 ?? 0),
          p90: number(p90 ?? 0),
          most: number(most),
        })
      }
      empty={t('admin.overview.exclusions.empty')}
      sheet={({ by }) =>
        sheetOf('exclusions', by, [
          {
            label: t('admin.overview.exclusions.why'),
            value: ({ reason }) => t(`admin.overview.exclusions.${reason}`),
          },
          { label: t('admin.overview.count'), value: ({ count }) => count },
        ])
      }
    >
      {({ by }) => (
        <Bars
          lines={by.map(({ reason, count }) => ({
            label: t(`admin.overview.exclusions.${reason}`),
            value: count,
            words: number(count),
          }))}
        />
      )}
    </Plate>
  );
}
