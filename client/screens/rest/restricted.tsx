import { useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { Problem } from '../../api/problem.ts';
import { useJourney } from '../../app/evening.ts';
import { useProblemWords } from '../../app/problem.tsx';
import { Button, ButtonLink } from '../../components/button.tsx';
import { Standing } from '../standing/standing.tsx';
import { Interlude } from './interlude.tsx';

/** The server does not let this person go on: a restriction, or another refusal. */
export function Restricted({ problem }: { problem: Problem }) {
  const { t } = useTranslation();
  const words = useProblemWords();
  if (problem.code === 'restricted') return <Limited />;
  return (
    <Interlude title={t('problem.title')} text={words(problem)}>
      <Ways />
    </Interlude>
  );
}

/** Somebody who is restricted now: why, until when, and how to object. */
export function Limited() {
  const { t } = useTranslation();
  return (
    <Interlude title={t('restricted.title')} text={t('restricted.text')} note={<Standing />}>
      <Ways />
    </Interlude>
  );
}

function Ways() {
  const { t } = useTranslation();
  const journey = useJourney();
  const queries = useQueryClient();
  const again = () => {
    journey.restore();
    void queries.invalidateQueries({ queryKey: ['restrictions'] });
  };
  return (
    <>
      <Button kind="main" onClick={again}>
        {t('retry')}
      </Button>
      <ButtonLink to="/matches">{t('rest.matches')}</ButtonLink>
    </>
  );
}
