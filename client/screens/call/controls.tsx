import { useState, type RefObject } from 'react';
import { useTranslation } from 'react-i18next';
import type { MatchData } from '../../api/wire.ts';
import { useJourney, useMirror, useReflection } from '../../app/evening.ts';
import { useProblem } from '../../app/problem.tsx';
import { Button } from '../../components/button.tsx';
import { Icon } from '../../components/icon.tsx';
import { Toggle } from '../../components/toggle.tsx';
import type { Keys } from './keys.ts';
import { More } from './more.tsx';
import styles from './controls.module.css';

interface ControlsProps {
  match: MatchData;
  remote: RefObject<HTMLVideoElement | null>;
  unread: number;
  chatOpen: boolean;
  chatToggle: RefObject<HTMLButtonElement | null>;
  onChat: () => void;
  moreOpen: boolean;
  onMore: (open: boolean) => void;
  keys: Keys;
}

/** Microphone, camera, chat, and the two ways out. */
export function Controls({
  match,
  remote,
  unread,
  chatOpen,
  chatToggle,
  onChat,
  moreOpen,
  onMore,
  keys,
}: ControlsProps) {
  const { t } = useTranslation();
  const mirror = useMirror();
  const { microphoneOn, cameraOn, hasCamera } = useReflection();
  return (
    <div
      className={styles.controls}
      role="group"
      aria-label={t('call.controls')}
      data-aside={chatOpen || undefined}
    >
      <div className={styles.own}>
        <Toggle
          on={microphoneOn}
          icon="microphone"
          iconOff="microphoneOff"
          label={microphoneOn ? t('call.mute') : t('call.unmute')}
          shortcut={keys.used ? 'M' : undefined}
          onToggle={() => mirror.setMicrophone(!microphoneOn)}
        />
        <Toggle
          on={hasCamera}
          icon="camera"
          iconOff="cameraOff"
          label={hasCamera ? t('call.cameraStop') : t('call.cameraStart')}
          shortcut={keys.used ? 'V' : undefined}
          onToggle={() => void mirror.setCamera(!(cameraOn && hasCamera))}
        />
        <button
          type="button"
          className={styles.round}
          aria-label={unread > 0 ? t('call.chatNew', { count: unread }) : t('call.chat')}
          title={t('call.chat')}
          aria-expanded={chatOpen}
          ref={chatToggle}
          onClick={onChat}
        >
          <Icon name="chat" />
          {unread > 0 && <span className={styles.unread}>{unread}</span>}
        </button>
        <button
          type="button"
          className={styles.round}
          aria-label={t('call.more')}
          title={t('call.more')}
          aria-haspopup="dialog"
          onClick={() => onMore(true)}
        >
          <Icon name="more" />
        </button>
      </div>
      <Ways />
      <More match={match} remote={remote} keys={keys} open={moreOpen} onClose={() => onMore(false)} />
    </div>
  );
}

/** On to the next one, or home. Neither asks back: nobody has to explain themselves on camera. */
export function Ways() {
  const journey = useJourney();
  const problem = useProblem();
  const [busy, setBusy] = useState(false);
  const go = async (leaving: Promise<unknown>) => {
    setBusy(true);
    await problem.none(leaving);
    setBusy(false);
  };
  return (
    <div className={styles.leaving}>
      {problem.shown}
      <div className={styles.ways}>
        <Way words="skip" icon="skip" busy={busy} onGo={() => void go(journey.skip())} />
        <Way words="end" icon="end" busy={busy} onGo={() => void go(journey.endCall())} />
      </div>
    </div>
  );
}

interface WayProps {
  words: 'skip' | 'end';
  icon: 'skip' | 'end';
  busy: boolean;
  onGo: () => void;
}

/** On a phone one word has to do; the name is the same everywhere. */
function Way({ words, icon, busy, onGo }: WayProps) {
  const { t } = useTranslation();
  return (
    <Button
      kind={words === 'end' ? 'alarm' : 'plain'}
      icon={icon}
      busy={busy}
      onClick={onGo}
      className={styles.way}
      aria-label={t(`call.${words}`)}
    >
      <span className={styles.long}>{t(`call.${words}`)}</span>
      <span className={styles.short}>{t(`call.${words}Short`)}</span>
    </Button>
  );
}
