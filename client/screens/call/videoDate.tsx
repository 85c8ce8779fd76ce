import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { MatchData } from '../../api/wire.ts';
import { useReflection } from '../../app/evening.ts';
import type { Call, CallSnapshot } from '../../call/engine.ts';
import { initial } from '../../initial.ts';
import { Arrival } from './arrival.tsx';
import { Banner } from './banner.tsx';
import { Chat, type Draft } from './chat.tsx';
import { Controls } from './controls.tsx';
import { Partner } from './partner.tsx';
import { Remote } from './remote.tsx';
import { Self } from './self.tsx';
import { Timer } from './timer.tsx';
import { useKeys } from './keys.ts';
import { useUnread } from './unread.ts';
import styles from './call.module.css';

interface VideoDateProps {
  call: Call;
  snapshot: CallSnapshot;
  match: MatchData;
  draft: Draft;
}

/** Face to face: the other one fills the screen, everything else keeps to the edges. */
export function VideoDate({ call, snapshot, match, draft }: VideoDateProps) {
  const { t } = useTranslation();
  const { failure } = useReflection();
  const remote = useRef<HTMLVideoElement>(null);
  const chatToggle = useRef<HTMLButtonElement>(null);
  const [chatOpen, setChatOpen] = useState(false);
  const closeChat = () => {
    setChatOpen(false);
    chatToggle.current?.focus();
  };
  const [moreOpen, setMoreOpen] = useState(false);
  const unread = useUnread(snapshot.messages, chatOpen);
  const keys = useKeys(() => setMoreOpen(true));
  const { phase, peer, remoteStream } = snapshot;
  const begun = snapshot.remainingMs !== null && remoteStream !== null && phase !== 'connecting';
  const name = match.user_name;

  return (
    <>
      <Remote
        ref={remote}
        stream={remoteStream}
        label={t('call.remoteVideo', { name })}
        shown={begun && peer.camera}
      />
      {!begun && (
        <div className={styles.curtain}>
          <Arrival match={match} />
        </div>
      )}
      {begun && !peer.camera && (
        <div className={styles.curtain}>
          <p className={styles.initial} aria-hidden="true">
            {initial(name)}
          </p>
          <p>{t('call.partnerCameraOff', { name })}</p>
        </div>
      )}
      <div className={styles.top} data-aside={chatOpen || undefined}>
        <Partner match={match} snapshot={snapshot} />
        <Timer left={snapshot.remainingMs} ofSeconds={match.round_seconds} />
      </div>
      <Banner snapshot={snapshot} name={name} failure={failure} />
      <Self speaking={keys.talking} aside={chatOpen} />
      <div className={styles.bottom} data-chat={chatOpen || undefined}>
        {chatOpen && (
          <aside className={styles.side}>
            <Chat call={call} messages={snapshot.messages} name={name} draft={draft} onClose={closeChat} />
          </aside>
        )}
        <Controls
          match={match}
          remote={remote}
          unread={unread}
          chatOpen={chatOpen}
          chatToggle={chatToggle}
          onChat={() => setChatOpen(!chatOpen)}
          moreOpen={moreOpen}
          onMore={setMoreOpen}
          keys={keys}
        />
      </div>
    </>
  );
}
