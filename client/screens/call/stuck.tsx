import { useTranslation } from 'react-i18next';
import { useJourney } from '../../app/evening.ts';
import { useProblem } from '../../app/problem.tsx';
import { Button } from '../../components/button.tsx';
import styles from './stuck.module.css';

/** The call's code does not arrive: what somebody can do meanwhile. Loading the page again keeps the date. */
export function Stuck() {
  const { t } = useTranslation();
  const journey = useJourney();
  const problem = useProblem();
  return (
    <div className={styles.stuck}>
      {problem.shown}
      <Button kind="main" onClick={() => location.reload()}>
        {t('problem.reload')}
      </Button>
      <Button kind="quiet" onClick={() => void problem.none(journey.endCall())}>
        {t('call.end')}
      </Button>
    </div>
  );
}
