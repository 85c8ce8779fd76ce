import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useLocation, useNavigate } from 'react-router';
import type { MatchData } from '../../api/wire.ts';
import { useEvening, useJourney, useJourneySnapshot, useOffered, useStage } from '../../app/evening.ts';
import { useStore } from '../../app/house.ts';
import { useProblem } from '../../app/problem.tsx';
import { useRemainingMs } from '../../app/ticking.ts';
import { announce } from '../../components/announcer.tsx';
import { Button } from '../../components/button.tsx';
import { Interlude } from '../rest/interlude.tsx';
import styles from './searchBar.module.css';

/** On every other screen while a search goes on: says so, lets one stop it, and asks before a date is joined. */
export function SearchBar() {
  const { farewell } = useEvening();
  const { lost } = useStore(farewell);
  const { state, elsewhere } = useJourneySnapshot();
  const { pathname } = useLocation();
  const offered = useOffered();
  const [asked, setAsked] = useState(false);
  const hides = elsewhere || pathname === '/date';
  if (offered && !asked) setAsked(true);
  else if (asked && !offered && (hides || state === 'WAITING')) setAsked(false);

  if (hides) return null;
  if (offered) return <OfferBar match={offered} />;
  if (state === 'WAITING') return <Searching />;
  return asked && lost && state === 'IDLE' ? <Missed /> : null;
}

function Searching() {
  const { t } = useTranslation();
  return (
    <aside className={`evening ${styles.bar}`} aria-label={t('waiting.bar')}>
      <p>{t('waiting.goesOn')}</p>
      <div className={styles.ways}>
        <Link to="/date" className={styles.back}>
          {t('waiting.back')}
        </Link>
        <Stop />
      </div>
    </aside>
  );
}

/** They were asked, and the time to join ran out. */
function Missed() {
  const { t } = useTranslation();
  return (
    <aside className={`evening ${styles.bar}`} role="status" aria-label={t('waiting.bar')}>
      <p>{t('offer.missed')}</p>
      <Link to="/date" className={styles.back}>
        {t('offer.again')}
      </Link>
    </aside>
  );
}

function OfferBar({ match }: { match: MatchData }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const stage = useStage();
  const { seconds } = useOffer(match);
  const join = () => {
    stage.join();
    void navigate('/date');
  };
  return (
    <aside className={`evening ${styles.bar}`} data-offer aria-label={t('waiting.bar')}>
      <p>
        <strong>{t('offer.title', { name: match.user_name })}</strong> {t('offer.short')}
      </p>
      <div className={styles.ways}>
        <Button kind="main" onClick={join}>
          {seconds === null ? t('offer.join') : t('offer.joinWithin', { seconds })}
        </Button>
        <Stop />
      </div>
    </aside>
  );
}

/** The date screen of a person who looked elsewhere when their date was found. */
export function Offer({ match }: { match: MatchData }) {
  const { t } = useTranslation();
  const stage = useStage();
  const { seconds } = useOffer(match);
  return (
    <Interlude
      title={t('offer.title', { name: match.user_name })}
      text={t(match.mode === 'text' ? 'offer.inWriting' : 'offer.text')}
    >
      <Button kind="main" onClick={stage.join}>
        {seconds === null ? t('offer.join') : t('offer.joinWithin', { seconds })}
      </Button>
      <Stop />
    </Interlude>
  );
}

function Stop() {
  const { t } = useTranslation();
  const journey = useJourney();
  const problem = useProblem();
  return (
    <>
      <Button kind="quiet" onClick={() => void problem.none(journey.end())}>
        {t('waiting.cancel')}
      </Button>
      {problem.shown}
    </>
  );
}

/** Says whom a date was found with, aloud and in the title of a tab that is not in sight. */
function useOffer(match: MatchData): { seconds: number | null } {
  const { t } = useTranslation();
  const { joinMs } = useJourneySnapshot();
  const leftMs = useRemainingMs(joinMs);
  const title = t('offer.title', { name: match.user_name });
  useEffect(() => {
    const before = document.title;
    document.title = `${title} · Minuet`;
    announce(title);
    return () => {
      document.title = before;
    };
  }, [title]);
  return { seconds: leftMs === null ? null : Math.ceil(leftMs / 1000) };
}
