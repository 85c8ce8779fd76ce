import { useTranslation } from 'react-i18next';
import { useApi, useStore } from './house.ts';
import styles from './connection.module.css';

/** Says when the server cannot be reached: what is on the screen may not be so any more. */
export function Connection() {
  const { t } = useTranslation();
  const { health } = useStore(useApi().health);
  return (
    <div role="status" className={health === 'ok' ? 'hidden' : styles.connection} data-health={health}>
      {health === 'ok' ? '' : t(`connection.${health}`)}
    </div>
  );
}
