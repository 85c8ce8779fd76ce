import { useTranslation } from 'react-i18next';
import { useApi, useStore } from './house.ts';
import { live } from './live.ts';
import styles from './connection.module.css';

/** Says when the server cannot be reached: what is on the screen may not be so any more. */
export function Connection() {
  const { t } = useTranslation();
  const { health } = useStore(useApi().health);
  const { live: inDate } = useStore(live);
  return (
    <div
      role="status"
      className={health === 'ok' ? 'hidden' : styles.connection}
      data-health={health}
      data-live={inDate || undefined}
    >
      {health === 'ok' ? '' : t(`connection.${health}`)}
    </div>
  );
}
