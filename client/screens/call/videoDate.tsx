import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { MatchData } from '../../api/wire.ts';
import { useReflection } from '../../app/evening.ts';
import type { Call, CallSnapshot } from '../../call/engine.ts';
import { LiveVideo } from '../../components/video.tsx';
import { Arrival } from './arrival.tsx';
import { Banner } from './banner.tsx';
import { Chat } from './chat.tsx';
import { Controls } from './controls.tsx';
import { Partner } from './partner.tsx';
import { Self } from './self.tsx';
import { Timer } from './timer.tsx';
import { useKeys } from './keys.ts';
import { useUnread } from './unread.ts';
import styles from './call.module.css';

interface VideoDateProps {
  call: Call;
  snapshot: CallSnapshot;
  match: MatchData;
}

/** Face to face: the other one fills the screen, everything else keeps to the edges. */
export function VideoDate({ call, snapshot, match }: VideoDateProps) {
  const { t } = useTranslation();
  const { failure } = useReflection();
  const remote = useRef<HTMLVideoElement>(null);
  const [chatOpen, setChatOpen] = useState(false);
  const [moreOpen, setMoreOpen] = useState(false);
  const unread = useUnread(snapshot.messages, chatOpen);
  const keys = useKeys(() => setMoreOpen(true));
  const { phase, peer, remoteStream } = snapshot;
  const begun = snapshot.remainingMs !== null && remoteStream !== null && phase !== 'connecting';
  const name = match.user_name;

  return (
    <>
      <LiveVideo
        ref={remote}
        stream={remoteStream}
        label={t('call.remoteVideo', { name })}
        className={begun && peer.camera ? styles.remote : styles.remoteDark}
      />
      {!begun && (
        <div className={styles.curtain}>
          <Arrival match={match} hint={phase === 'failed' ? t('call.failedHint') : undefined} />
        </div>
      )}
      {begun && !peer.camera && (
        <div className={styles.curtain}>
          <p className={styles.initial} aria-hidden="true">
            {name.slice(0, 1)}
          </p>
          <p>{t('call.partnerCameraOff', { name })}</p>
        </div>
      )}
      <div className={styles.top}>
        <Partner match={match} snapshot={snapshot} />
        <Timer left={snapshot.remainingMs} />
      </div>
      <Banner snapshot={snapshot} name={name} failure={failure} />
      <Self speaking={keys.talking} aside={chatOpen} />
      {chatOpen && (
        <aside className={styles.side}>
          <Chat call={call} messages={snapshot.messages} name={name} onClose={() => setChatOpen(false)} />
        </aside>
      )}
      <Controls
        match={match}
        remote={remote}
        unread={unread}
        chatOpen={chatOpen}
        onChat={() => setChatOpen(!chatOpen)}
        moreOpen={moreOpen}
        onMore={setMoreOpen}
        keys={keys}
      />
    </>
  );
}
