import { useTranslation } from 'react-i18next';
import { ButtonLink } from '../../components/button.tsx';
import { Page } from '../../components/page.tsx';
import styles from './lost.module.css';

/** An address that leads nowhere. */
export default function Lost() {
  const { t } = useTranslation();
  return (
    <Page title={t('problem.lostTitle')} narrow>
      <div className={styles.lost}>
        <h1>{t('problem.lostTitle')}</h1>
        <p>{t('problem.lost')}</p>
        <ButtonLink to="/">{t('problem.home')}</ButtonLink>
      </div>
    </Page>
  );
}
