import { useTranslation } from 'react-i18next';
import { duration, exactTime, number } from './format.ts';
import { Floor } from './floor.tsx';
import { Nothing } from './plate.tsx';
import { useAnomalies, useCalls, useLive, useModeration, usePools, useQueues } from './reads.ts';
import type { Span } from './span.ts';
import { troubles, type Trouble } from './trouble.ts';
import styles from './hero.module.css';

/** Trouble shows itself where one looks first; recent trouble only, whatever time is being looked at below. */
const lately: Span = { name: '24h' };

/** The house in one look: whether all is well, what is not, and who is on the floor. */
export function Hero() {
  const { t } = useTranslation();
  const live = useLive();
  const [queues, pools] = [useQueues(), usePools()];
  const [calls, moderation, anomalies] = [useCalls(lately), useModeration(lately), useAnomalies(lately)];
  const found = troubles({
    queues: queues.data,
    pools: pools.data,
    calls: calls.data,
    moderation: moderation.data,
    anomalies: anomalies.data,
  });
  return (
    <div className={styles.hero}>
      <div className={styles.words}>
        <p className={styles.room}>{t('admin.overview.title')}</p>
        <div role="status">
          <h1>{headline()}</h1>
        </div>
        {live.data && <p className={styles.lede}>{scene(live.data)}</p>}
        {live.error && !live.data && <Nothing read={live} />}
        {found.length > 0 && (
          <ul className={styles.troubles} aria-label={t('admin.overview.trouble.label')}>
            {found.map((one) => (
              <li key={one.kind} data-severity={one.severity}>
                <a href={`#${one.part}`}>{inWords(one)}</a>
              </li>
            ))}
          </ul>
        )}
        {live.data && (
          <p className={styles.asOf} data-stale={live.error ? true : undefined}>
            {t(live.error ? 'admin.overview.asOfStale' : 'admin.overview.asOf', {
              when: exactTime(live.data.server_time),
            })}
          </p>
        )}
      </div>
      <Floor live={live.data} />
    </div>
  );

  function headline(): string {
    if (live.error) return t('admin.overview.headline.unreachable');
    if (!live.data || !queues.data || !pools.data) return t('admin.overview.headline.coming');
    if (found.length > 0) {
      const of = found.some(({ severity }) => severity === 'alarm') ? 'alarm' : 'notice';
      return t(`admin.overview.headline.${of}`, { count: found.length });
    }
    return t(live.data.online === 0 ? 'admin.overview.headline.empty' : 'admin.overview.headline.well');
  }

  function scene({ calls: under, searching, online }: NonNullable<typeof live.data>): string {
    const couples = under.video + under.text;
    return [
      t('admin.overview.scene.couples', { count: couples, n: number(couples) }),
      t('admin.overview.scene.searching', { count: searching, n: number(searching) }),
      t('admin.overview.scene.online', { count: online, n: number(online) }),
    ].join(' ');
  }

  function inWords({ kind, amount }: Trouble): string {
    const time = Number.isFinite(amount) ? duration(amount) : t('admin.overview.trouble.never');
    return t(`admin.overview.trouble.${kind}`, { count: amount, time });
  }
}
