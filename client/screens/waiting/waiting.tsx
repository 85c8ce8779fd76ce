import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useJourney, useJourneySnapshot } from '../../app/evening.ts';
import { wishes } from '../../app/preferences.ts';
import { useProblem } from '../../app/problem.tsx';
import { clockTime, useTick } from '../../app/ticking.ts';
import { announce } from '../../components/announcer.tsx';
import { Button } from '../../components/button.tsx';
import { FloorFigure } from '../../components/figure.tsx';
import { Page } from '../../components/page.tsx';
import { useNoticeWords } from '../date/notice.ts';
import { CameraPreview } from '../mirror/cameraPreview.tsx';
import { Cooldown } from './cooldown.tsx';
import { usePatience } from './patience.ts';
import styles from './waiting.module.css';

/** The line: honest about where one stands in it, and about what is being done. */
export function Waiting() {
  const { t } = useTranslation();
  const journey = useJourney();
  const problem = useProblem();
  const { queue, notice } = useJourneySnapshot();
  const words = useNoticeWords();
  const before = notice && notice.reason !== 'mutual' ? words(notice) : '';
  useEffect(() => {
    if (before) announce(before);
  }, [before]);

  return (
    <Page title={t('waiting.title')} evening>
      <div className={styles.waiting}>
        <FloorFigure motion="danced" className={styles.figure} />
        <div className={styles.words}>
          {before && <p className={styles.before}>{before}</p>}
          <h1>{t('waiting.title')}</h1>
          {queue?.cooldown_until ? (
            <Cooldown until={queue.cooldown_until} />
          ) : (
            <Line key={queue?.waiting_since} />
          )}
          <CameraPreview words={t('waiting.camera')} />
          <div className={styles.ways}>
            <Button onClick={() => void problem.none(journey.end())}>{t('waiting.cancel')}</Button>
            <Button kind="quiet" onClick={() => void problem.none(journey.pause())}>
              {t('waiting.pause')}
            </Button>
          </div>
          {problem.shown}
        </div>
      </div>
    </Page>
  );
}

function Line() {
  const { t } = useTranslation();
  const { queue, nobodyNew } = useJourneySnapshot();
  const patience = usePatience(queue, nobodyNew);
  const now = useTick(1000);
  return (
    <>
      <dl className={styles.facts}>
        <div>
          <dt>{t('waiting.place')}</dt>
          <dd>
            {queue?.position
              ? t('waiting.placeWords', { position: queue.position, size: queue.size })
              : t('waiting.placeNone')}
          </dd>
        </div>
        <div>
          <dt>{t('waiting.estimate')}</dt>
          <dd>{patience.estimate}</dd>
        </div>
        <div>
          <dt>{t('waiting.since')}</dt>
          <dd>{clockTime(patience.waitedMs(now), 'past')}</dd>
        </div>
      </dl>
      <p className={styles.honest} role="status">
        {patience.words}
      </p>
      {nobodyNew && <Fresh />}
    </>
  );
}

/** Everybody here was met: only a new evening lets people meet again. */
function Fresh() {
  const { t } = useTranslation();
  const journey = useJourney();
  const problem = useProblem();
  return (
    <div className={styles.fresh}>
      <Button kind="main" onClick={() => void problem.none(journey.start(wishes()))}>
        {t('waiting.fresh')}
      </Button>
      <p>{t('waiting.freshHint')}</p>
      {problem.shown}
    </div>
  );
}
