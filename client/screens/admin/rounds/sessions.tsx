import { useTranslation } from 'react-i18next';
import type { Query } from '../../../api/transport.ts';
import { useApi } from '../../../app/house.ts';
import { Listing } from '../listing.tsx';
import { Moment } from '../moment.tsx';
import type { Sessions as Page } from './wire.ts';
import styles from './rounds.module.css';

/** Somebody's evenings: from when to when, and what came of them. */
export function Sessions({ userId }: { userId: string }) {
  const { t } = useTranslation();
  const api = useApi();
  const read = async (query: Query) => {
    const page = await api.send<Page>({ method: 'GET', path: '/api/session/history', query });
    return { ...page, names: {} };
  };
  return (
    <details className={styles.sessions}>
      <summary>{t('admin.rounds.sessions')}</summary>
      <Listing
        name="sessions"
        query={{ user_id: userId }}
        read={read}
        itemsOf={(page) => page.sessions}
        empty={t('admin.rounds.noSessions')}
        label={t('admin.rounds.sessions')}
      >
        {({ session_id, started_at, ended_at, match_count, people_met, mutual_count }) => (
          <li key={session_id} className={styles.session}>
            <p>
              <Moment at={started_at} /> –{' '}
              {ended_at ? <Moment at={ended_at} clock /> : t('admin.rounds.stillOpen')}
            </p>
            <p>
              {t('admin.rounds.sessionCounts', {
                matches: match_count,
                met: people_met,
                mutual: mutual_count,
              })}
            </p>
          </li>
        )}
      </Listing>
    </details>
  );
}
