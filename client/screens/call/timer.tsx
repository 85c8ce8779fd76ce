import { useTranslation } from 'react-i18next';
import type { Countdown } from '../../countdown.ts';
import { clockTime, useRemainingMs } from '../../app/ticking.ts';
import { Ring } from '../../components/ring.tsx';
import styles from './timer.module.css';

const urgentFromMs = 30_000;

interface TimerProps {
  left: Countdown['remainingMs'] | null;
  /** How long the round is in all. */
  ofSeconds: number;
}

/** What is left, in words and as a ring of the whole round; the ring wakes up for the last thirty seconds. */
export function Timer({ left, ofSeconds }: TimerProps) {
  const { t } = useTranslation();
  const leftMs = useRemainingMs(left, 200);
  if (leftMs === null) return null;
  const urgent = leftMs <= urgentFromMs;
  return (
    <div className={urgent ? styles.urgent : styles.timer} role="timer" aria-label={t('call.timeLeft')}>
      <Ring
        left={leftMs / (urgent ? urgentFromMs : ofSeconds * 1000)}
        parts={urgent ? 0 : Math.round(ofSeconds / 60)}
        urgent={urgent}
      >
        {clockTime(leftMs)}
      </Ring>
    </div>
  );
}
