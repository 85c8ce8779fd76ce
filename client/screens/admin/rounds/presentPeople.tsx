import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Query } from '../../../api/transport.ts';
import { useApi } from '../../../app/house.ts';
import { Listing } from '../listing.tsx';
import { inWords, Moment } from '../moment.tsx';
import type { Present } from './wire.ts';
import styles from './rounds.module.css';

/** Who was active at an instant, and where. */
export function PresentPeople({ at }: { at: string }) {
  const { t } = useTranslation();
  const api = useApi();
  const read = async (query: Query) => {
    const page = await api.send<Present>({ method: 'GET', path: '/api/admin/activity/at', query });
    return { ...page, names: {} };
  };
  return (
    <section aria-labelledby="present">
      <h2 id="present" className={styles.heading}>
        {t('admin.rounds.present', { when: inWords(at) })}
      </h2>
      <Listing
        name="present"
        query={{ time: at }}
        read={read}
        itemsOf={(page) => page.people}
        empty={t('admin.rounds.nobodyPresent')}
        label={t('admin.rounds.present', { when: inWords(at) })}
      >
        {({ user_id, user_name, state, since }) => (
          <li key={user_id} className={styles.present}>
            <Link to={`/admin/rounds?user_id=${user_id}`} dir="auto">
              {user_name ?? t('admin.gone')}
            </Link>
            <span>{t(`admin.overview.states.${state}`)}</span>
            <span>
              {t('admin.rounds.since')} <Moment at={since} clock />
            </span>
          </li>
        )}
      </Listing>
    </section>
  );
}
