import { useTranslation } from 'react-i18next';
import type { Problem } from '../../api/problem.ts';
import { useJourney } from '../../app/evening.ts';
import { useProblemWords } from '../../app/problem.tsx';
import { Button, ButtonLink } from '../../components/button.tsx';
import { Standing } from '../standing/standing.tsx';
import { Interlude } from './interlude.tsx';

/** The server does not let this person go on: the statement of a restriction, or another refusal. */
export function Restricted({ problem }: { problem: Problem }) {
  const { t } = useTranslation();
  const journey = useJourney();
  const words = useProblemWords();
  const restricted = problem.code === 'restricted';
  return (
    <Interlude
      title={restricted ? t('restricted.title') : t('problem.title')}
      note={restricted && <Standing />}
      text={restricted ? t('restricted.text') : words(problem)}
    >
      <Button kind="main" onClick={journey.restore}>
        {t('retry')}
      </Button>
      <ButtonLink to="/matches">{t('rest.matches')}</ButtonLink>
    </Interlude>
  );
}
