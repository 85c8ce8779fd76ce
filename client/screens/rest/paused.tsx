import { useTranslation } from 'react-i18next';
import { useJourney } from '../../app/evening.ts';
import { useProblem } from '../../app/problem.tsx';
import { Button } from '../../components/button.tsx';
import { Interlude } from './interlude.tsx';

/** The search is paused: nobody is sent here until it goes on. */
export function Paused() {
  const { t } = useTranslation();
  const journey = useJourney();
  const problem = useProblem();
  return (
    <Interlude title={t('paused.title')} text={t('paused.text')}>
      <Button kind="main" onClick={() => void problem.none(journey.resume())}>
        {t('paused.resume')}
      </Button>
      <Button onClick={() => void problem.none(journey.end())}>{t('paused.end')}</Button>
      {problem.shown}
    </Interlude>
  );
}
