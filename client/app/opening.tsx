import { useTranslation } from 'react-i18next';
import { useProblemWords } from './problem.tsx';
import styles from './opening.module.css';

/** Shown while a screen is on its way; on a fast line nobody sees it. With a problem it says why nothing comes. */
export function Opening({ problem = null }: { problem?: Error | null }) {
  const { t } = useTranslation();
  const words = useProblemWords();
  return (
    <main id="content" tabIndex={-1} className={styles.opening}>
      <p role="status">{problem ? words(problem) : t('loading')}</p>
    </main>
  );
}
