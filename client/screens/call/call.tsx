import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { MatchData } from '../../api/wire.ts';
import { useCall, useIsStuck } from '../../app/evening.ts';
import { useStore } from '../../app/house.ts';
import { announce } from '../../components/announcer.tsx';
import type { Call } from '../../call/engine.ts';
import { Arrival } from './arrival.tsx';
import { Self } from './self.tsx';
import { Stuck } from './stuck.tsx';
import { VideoDate } from './videoDate.tsx';
import { WrittenDate } from './writtenDate.tsx';
import { useTimeAnnouncements } from './announcements.ts';
import styles from './call.module.css';

/** Three minutes with somebody. */
export function CallScreen({ match }: { match: MatchData }) {
  const { t } = useTranslation();
  const call = useCall();
  const isStuck = useIsStuck();
  const name = match.user_name;
  useEffect(() => {
    document.title = `${t('call.label', { name })} · Minuet`;
    announce(t('call.connecting', { name }));
  }, [t, name]);
  return (
    <main id="content" tabIndex={-1} className={`evening ${styles.call}`}>
      <h1 className="hidden">{t('call.label', { name })}</h1>
      {call ? (
        <Playing call={call} match={match} />
      ) : (
        <>
          <Arrival match={match} hint={isStuck ? t('call.codeFailed') : undefined} />
          {match.mode === 'video' && <Self speaking={false} aside={false} />}
        </>
      )}
      {isStuck && <Stuck />}
    </main>
  );
}

function Playing({ call, match }: { call: Call; match: MatchData }) {
  const snapshot = useStore(call);
  useTimeAnnouncements(snapshot.remainingMs);
  const [text, setText] = useState(''); // kept here: the chat may be closed, or become the date
  const inWriting = match.mode === 'text' || snapshot.phase === 'failed';
  const Shown = inWriting ? WrittenDate : VideoDate;
  return <Shown call={call} snapshot={snapshot} match={match} draft={{ text, setText }} />;
}
