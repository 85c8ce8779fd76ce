import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Navigate, useNavigate } from 'react-router';
import { useJourney, useJourneySnapshot, useMirror, useReflection } from '../../app/evening.ts';
import { readPreferences, wishes } from '../../app/preferences.ts';
import { useProblem } from '../../app/problem.tsx';
import { Button, ButtonLink } from '../../components/button.tsx';
import { Page } from '../../components/page.tsx';
import { Devices } from './devices.tsx';
import { DeviceHelp } from './help.tsx';
import { Glass } from './glass.tsx';
import styles from './mirror.module.css';

/** The green room: a look in the mirror before anybody else looks. */
export default function GreenRoom() {
  const { t } = useTranslation();
  const { sessionId, sessionStatus } = useJourneySnapshot();
  const { phase, failure } = useReflection();
  const isOpen = phase === 'open';
  if (readPreferences().mode === 'text' || (sessionId !== null && sessionStatus === 'active'))
    return <Navigate to="/date" replace />;
  return (
    <Page title={t('mirror.title')} evening>
      <div className={styles.room}>
        <Glass />
        <div className={styles.side}>
          <div>
            <h1>{t('mirror.title')}</h1>
            <p className={styles.lede}>{t('mirror.lede')}</p>
          </div>
          {failure && <DeviceHelp failure={failure} />}
          {isOpen ? <Devices /> : <Ask />}
          {isOpen && <Begin />}
        </div>
      </div>
    </Page>
  );
}

/** Nothing is asked of the browser before somebody says so. */
function Ask() {
  const { t } = useTranslation();
  const mirror = useMirror();
  const { phase } = useReflection();
  const asking = phase === 'asking';
  return (
    <div className={styles.ask}>
      <Button kind="main" wide busy={asking} onClick={() => void mirror.open(true)}>
        {asking ? t('mirror.asking') : phase === 'failed' ? t('retry') : t('mirror.ask')}
      </Button>
      <p className={styles.hint} role="status">
        {asking ? t('mirror.askingHint') : ''}
      </p>
      <Button kind="quiet" onClick={() => void mirror.open(false)}>
        {t('mirror.without')}
      </Button>
    </div>
  );
}

function Begin() {
  const { t } = useTranslation();
  const journey = useJourney();
  const navigate = useNavigate();
  const problem = useProblem();
  const [busy, setBusy] = useState(false);
  const begin = async () => {
    setBusy(true);
    if (await problem.none(journey.start(wishes()))) await navigate('/date');
    setBusy(false);
  };
  // The next screen is fetched meanwhile. What fails is fetched again when it is shown.
  useEffect(() => void import('../date/date.tsx').catch(() => undefined), []);
  return (
    <div className={styles.begin}>
      {problem.shown}
      <Button kind="main" wide busy={busy} onClick={() => void begin()}>
        {busy ? t('mirror.beginning') : t('mirror.begin')}
      </Button>
      <ButtonLink to="/welcome" kind="quiet">
        {t('mirror.wishes')}
      </ButtonLink>
    </div>
  );
}
