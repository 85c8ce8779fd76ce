import { useTranslation } from 'react-i18next';
import styles from './skipLink.module.css';

/** The first link of every page, shown while it has the focus: past the search bar and the navigation. */
export function SkipLink() {
  const { t } = useTranslation();
  return (
    <a href="#content" className={styles.skip}>
      {t('skipToContent')}
    </a>
  );
}
