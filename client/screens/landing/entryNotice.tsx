import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Entry } from '../../api/wire.ts';
import { useApi } from '../../app/house.ts';
import styles from './landing.module.css';

/**
 * Says before the form what is asked of newcomers from this network, where more is. A device that is known is asked
 * for nothing, and asks nothing.
 */
export function EntryNotice() {
  const { t, i18n } = useTranslation();
  const api = useApi();
  const [entry, setEntry] = useState<Entry | null>(null);

  useEffect(() => {
    if (api.tokens.device() !== null) return undefined;
    let isGone = false;
    api.entry().then(
      (answer) => {
        if (!isGone) setEntry(answer);
      },
      () => undefined, // without an answer nothing is said here; the server says it again at Start
    );
    return () => {
      isGone = true;
    };
  }, [api]);

  if (!entry?.more_asked || entry.until === null) return null;
  const until = new Intl.DateTimeFormat(i18n.language, { dateStyle: 'medium', timeStyle: 'short' });
  return (
    <div className={styles.entry} role="note">
      <p>
        {t('landing.entry', {
          until: until.format(new Date(entry.until)),
          minutes: Math.round(entry.first_pairing_after_seconds / 60),
        })}
      </p>
      <Link to="/register">{t('landing.register')}</Link>
    </div>
  );
}
