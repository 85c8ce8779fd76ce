import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { decisions, type Decision as Vote, type Ratings as Given } from '#core/rules.ts';
import { isProblem } from '../../api/problem.ts';
import { useJourney, useJourneySnapshot } from '../../app/evening.ts';
import { useRemainingMs } from '../../app/ticking.ts';
import { confirm } from '../../components/announcer.tsx';
import { Button } from '../../components/button.tsx';
import { Page } from '../../components/page.tsx';
import { Ring } from '../../components/ring.tsx';
import { useFlagging } from '../flag/flagging.ts';
import { CameraPreview } from '../mirror/cameraPreview.tsx';
import { Ratings } from './ratings.tsx';
import styles from './decision.module.css';

const words = { continue: 'yes', skip: 'no', next: 'none' } as const;

/** Yes, no or no opinion, in secret. Nothing is chosen beforehand and nothing of the other one is shown. */
export function Decision() {
  const { t } = useTranslation();
  const journey = useJourney();
  const { match, decision } = useJourneySnapshot();
  const flagging = useFlagging();
  const [ratings, setRatings] = useRatings(decision?.matchId ?? '');
  const [choosing, setChoosing] = useState<Vote | null>(null);
  const [failed, setFailed] = useState(false);
  const heading = useRef<HTMLHeadingElement>(null);
  const name = match?.user_name ?? '';
  const chosen = decision?.mine ?? choosing;
  useEffect(() => heading.current?.focus(), []);
  const setAnswered = useLapse();

  const choose = async (vote: Vote) => {
    setAnswered(true);
    setChoosing(vote);
    setFailed(false);
    try {
      const outcome = await journey.decide(vote, ratings);
      if (outcome !== 'mutual') confirm(t(`decision.${outcome}`, { name })); // a match speaks for itself
    } catch (error) {
      if (isProblem(error, 'decision_closed')) confirm(t('decision.closed'));
      else {
        setFailed(true);
        setAnswered(false);
      }
      setChoosing(null);
    }
  };

  return (
    <Page title={t('decision.title', { name })} evening>
      <div className={styles.decision}>
        <div className={styles.head}>
          <TimeLeft />
          <h1 ref={heading} tabIndex={-1}>
            {t('decision.title', { name })}
          </h1>
          <p className={styles.secret}>{t('decision.secret')}</p>
        </div>
        <div className={styles.votes}>
          {decisions.map((vote) => (
            <button
              key={vote}
              type="button"
              className={styles.vote}
              data-chosen={chosen === vote || undefined}
              aria-disabled={chosen !== null || undefined}
              onClick={() => chosen === null && void choose(vote)}
            >
              {t(`decision.${words[vote]}`)}
            </button>
          ))}
        </div>
        <p role="alert" className={failed ? styles.failed : 'hidden'}>
          {failed ? t('decision.failed') : ''}
        </p>
        <CameraPreview words={t('decision.camera')} />
        <Ratings name={name} value={ratings} onChange={setRatings} />
        {match && (
          <Button
            kind="quiet"
            icon="flag"
            onClick={() => {
              setAnswered(true);
              flagging.flag(match.call_session_id, name);
            }}
          >
            {t('decision.report')}
          </Button>
        )}
      </div>
    </Page>
  );
}

let draft: { matchId: string; ratings: Given } = { matchId: '', ratings: {} };

/** What was rated stays while one looks at another screen and comes back. */
function useRatings(matchId: string): [Given, (ratings: Given) => void] {
  const [ratings, set] = useState<Given>(draft.matchId === matchId ? draft.ratings : {});
  return [ratings, (given) => set((draft = { matchId, ratings: given }).ratings)];
}

const lapsedWithinMs = 750; // a poll tells of the end of the window a little before or after the clock here

/** Says when the window has closed without an answer. @returns to be told whether there is one */
function useLapse(): (answered: boolean) => void {
  const { t } = useTranslation();
  const { decision } = useJourneySnapshot();
  const answered = useRef(false);
  const now = useRef(decision);
  useEffect(() => {
    now.current = decision;
  }, [decision]);
  useEffect(
    () => () => {
      const { mine, remainingMs } = now.current ?? {};
      if (!answered.current && !mine && (remainingMs?.() ?? Infinity) < lapsedWithinMs)
        confirm(t('decision.closed'));
    },
    [t],
  );
  return (isAnswered) => (answered.current = isAnswered);
}

function TimeLeft() {
  const { t } = useTranslation();
  const { decision } = useJourneySnapshot();
  const ofSeconds = decision?.seconds ?? 1;
  const leftMs = useRemainingMs(decision?.remainingMs ?? null, 100) ?? 0;
  const seconds = Math.ceil(leftMs / 1000);
  return (
    <Ring left={leftMs / (ofSeconds * 1000)} urgent={seconds <= 5} className={styles.ring}>
      <span aria-hidden="true">{seconds}</span>
      <span className="hidden">{t('decision.seconds', { count: ofSeconds })}</span>
    </Ring>
  );
}
