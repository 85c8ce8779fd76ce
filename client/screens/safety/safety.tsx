import { useTranslation } from 'react-i18next';
import { Page } from '../../components/page.tsx';
import styles from './safety.module.css';

const rules = ['leave', 'secret', 'report', 'privacy', 'media', 'adults', 'help', 'about'] as const;

/** What keeps people safe here, and where the name comes from. */
export default function Safety() {
  const { t } = useTranslation();
  return (
    <Page title={t('safety.title')}>
      <div className={styles.safety}>
        <div className={styles.head}>
          <h1>{t('safety.title')}</h1>
          <p>{t('safety.lede')}</p>
        </div>
        <div className={styles.rules}>
          {rules.map((rule) => (
            <section key={rule}>
              <h2>{t(`safety.${rule}Title`)}</h2>
              <p>{t(`safety.${rule}`)}</p>
            </section>
          ))}
        </div>
      </div>
    </Page>
  );
}
