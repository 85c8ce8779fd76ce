import { useTranslation } from 'react-i18next';
import { rules } from '#core/rules.ts';
import type { Countdown } from '../../countdown.ts';
import { clockTime, useRemainingMs } from '../../app/ticking.ts';
import { Ring } from '../../components/ring.tsx';
import styles from './timer.module.css';

const urgentFromMs = 30_000;

/** What is left, in words and as a ring of three minutes; the ring wakes up for the last thirty seconds. */
export function Timer({ left }: { left: Countdown['remainingMs'] | null }) {
  const { t } = useTranslation();
  const leftMs = useRemainingMs(left, 200);
  if (leftMs === null) return null;
  const urgent = leftMs <= urgentFromMs;
  return (
    <div className={urgent ? styles.urgent : styles.timer} role="timer" aria-label={t('call.timeLeft')}>
      <Ring
        left={leftMs / (urgent ? urgentFromMs : rules.roundSeconds * 1000)}
        parts={urgent ? 0 : 3}
        urgent={urgent}
      >
        {clockTime(leftMs)}
      </Ring>
    </div>
  );
}
