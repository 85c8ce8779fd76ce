import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { inLiveRound } from '#core/journey/journey.ts';
import type { Notice } from '../../api/wire.ts';
import { useJourney, useJourneySnapshot } from '../../app/evening.ts';
import { useApi } from '../../app/house.ts';
import { announce, hush } from '../../components/announcer.tsx';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { FloorFigure } from '../../components/figure.tsx';
import { Icon } from '../../components/icon.tsx';
import { ShareHandle, useHandle, type Handle } from './shareHandle.tsx';
import styles from './matchMoment.module.css';

/**
 * Two people said yes: shown wherever the person is. Until it is closed the server sends nobody new. During a date
 * with somebody else it is a line at the edge: the person opposite deserves the whole picture.
 */
export function MatchMoment() {
  const { notice, state } = useJourneySnapshot();
  if (notice?.reason !== 'mutual') return null;
  if (inLiveRound(state)) return <Whisper notice={notice} />;
  return <Moment key={notice.match_id} notice={notice} />;
}

function Moment({ notice }: { notice: Notice }) {
  const { t } = useTranslation();
  const api = useApi();
  const journey = useJourney();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const match = useQuery({
    queryKey: ['matches', notice.match_id],
    queryFn: () => api.match(notice.match_id),
    refetchInterval: 4_000, // they may share it while both are here
  });
  const own = useHandle();
  const [leaving, setLeaving] = useState<(() => void) | null>(null);
  const name = notice.partner_name ?? '';
  const handle = match.data?.partner?.contact_handle ?? null;
  useEffect(() => {
    hush(); // the vote was confirmed a moment ago, and this says more
    announce(t('match.text', { name }));
  }, [t, name]);
  useEffect(() => void queries.invalidateQueries({ queryKey: ['matches', 'list'] }), [queries]);

  const leave = (go: () => void) => (own.isUnshared ? setLeaving(() => go) : go());
  const isAsked = leaving !== null && own.isUnshared;
  const toCard = () => {
    journey.dismiss();
    void navigate('/matches');
  };

  return (
    <Dialog open title={t('match.title')} onClose={() => leave(journey.dismiss)} evening grand>
      <Lights />
      <div className={styles.moment}>
        {!isAsked && <FloorFigure className={styles.figure} />}
        <p className={styles.words}>{t('match.text', { name })}</p>
        {handle ? (
          <p className={styles.handle}>
            {t('match.handle', { name })} <strong>{handle}</strong>
          </p>
        ) : (
          <p className={styles.note}>{t('match.noHandle', { name })}</p>
        )}
        {own.shared === '' && <ShareHandle handle={own} label={t('match.yours', { name })} />}
        {own.text !== '' && own.shared && <p role="status">{t('match.shared', { name })}</p>}
        {isAsked ? (
          <Unshared name={name} handle={own} onDone={leaving} />
        ) : (
          <div className={styles.ways}>
            <Button kind="main" wide onClick={() => leave(journey.dismiss)}>
              {t('match.onward')}
            </Button>
            <Button kind="quiet" onClick={() => leave(toCard)}>
              {t('match.card')}
            </Button>
          </div>
        )}
        <p className={styles.note}>{t('match.paused')}</p>
      </div>
    </Dialog>
  );
}

/** Candle lights that rise and go out. */
function Lights() {
  return (
    <div className={styles.lights} aria-hidden="true">
      {Array.from({ length: 9 }, (_, at) => (
        <span key={at} />
      ))}
    </div>
  );
}

/** What was typed is neither shared unasked nor thrown away. */
function Unshared({ name, handle, onDone }: { name: string; handle: Handle; onDone: () => void }) {
  const { t } = useTranslation();
  const goWithout = () => {
    handle.write('');
    onDone();
  };
  return (
    <div className={styles.ways} role="group" aria-labelledby="unshared">
      <p id="unshared" role="alert">
        {t('match.unshared', { name })}
      </p>
      <Button kind="main" wide onClick={() => void handle.share().then((done) => done && onDone())}>
        {t('match.shareAndGo')}
      </Button>
      <Button kind="quiet" onClick={goWithout}>
        {t('match.goWithout')}
      </Button>
    </div>
  );
}

function Whisper({ notice }: { notice: Notice }) {
  const { t } = useTranslation();
  const journey = useJourney();
  const text = t('match.banner', { name: notice.partner_name ?? '' });
  return (
    <div className={`evening ${styles.whisper}`} role="status">
      <Icon name="heart" />
      <p>{text}</p>
      <button type="button" aria-label={t('close')} onClick={journey.dismiss}>
        <Icon name="close" size={18} />
      </button>
    </div>
  );
}
