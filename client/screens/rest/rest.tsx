import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { useEvening, useJourneySnapshot } from '../../app/evening.ts';
import { useStore } from '../../app/house.ts';
import { readPreferences, wishes } from '../../app/preferences.ts';
import { useProblem } from '../../app/problem.tsx';
import { Button, ButtonLink } from '../../components/button.tsx';
import { useNoticeWords } from '../date/notice.ts';
import { Standing } from '../standing/standing.tsx';
import { useStanding } from '../standing/useStanding.ts';
import { Interlude } from './interlude.tsx';
import { AfterReport } from './afterReport.tsx';
import { Limited } from './restricted.tsx';

/** Nothing is going on: before the first dance, and after the last. */
export function Rest() {
  const { t } = useTranslation();
  const { journey, farewell } = useEvening();
  const { lost, reported } = useStore(farewell);
  const navigate = useNavigate();
  const problem = useProblem();
  const { notice } = useJourneySnapshot();
  const words = useNoticeWords();
  const { restricted } = useStanding();
  const [busy, setBusy] = useState(false);
  const inWriting = readPreferences().mode === 'text';
  const isOver = notice !== null || lost;

  const again = async () => {
    if (!inWriting) return void navigate('/welcome/mirror');
    setBusy(true);
    await problem.none(journey.start(wishes()));
    setBusy(false);
  };

  if (restricted) return <Limited />;
  if (reported) return <AfterReport onAgain={() => void again()} problem={problem.shown} />;
  return (
    <Interlude
      title={isOver ? t('rest.title') : t('rest.titleFirst')}
      text={t('rest.text')}
      note={<Standing />}
      before={notice ? words(notice) : lost ? t('rest.stale') : undefined}
    >
      <Button kind="main" busy={busy} onClick={() => void again()}>
        {isOver ? t('rest.again') : inWriting ? t('welcome.nextText') : t('landing.go')}
      </Button>
      <ButtonLink to="/matches">{t('rest.matches')}</ButtonLink>
      <ButtonLink to="/welcome" kind="quiet">
        {t('rest.wishes')}
      </ButtonLink>
      {problem.shown}
    </Interlude>
  );
}
