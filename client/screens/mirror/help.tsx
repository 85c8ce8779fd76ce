import { useTranslation } from 'react-i18next';
import { keepPreferences, readPreferences } from '../../app/preferences.ts';
import { ButtonLink } from '../../components/button.tsx';
import type { Failure } from '../../media/failure.ts';
import styles from './help.module.css';

/** What to do when camera or microphone do not come. */
export function DeviceHelp({ failure }: { failure: Failure }) {
  const { t } = useTranslation();
  return (
    <div className={styles.help} role="alert">
      <h2>{t(`mirror.help.${failure}.title`)}</h2>
      <p>{t(`mirror.help.${failure}.text`)}</p>
      <ButtonLink
        to="/welcome"
        kind="quiet"
        onClick={() => keepPreferences({ ...readPreferences(), mode: 'text' })}
      >
        {t('mirror.text')}
      </ButtonLink>
    </div>
  );
}
