import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { Countdown } from '../../countdown.ts';
import { useRemainingMs } from '../../app/ticking.ts';
import { announce } from '../../components/announcer.tsx';

/** When the time that is left is said aloud, in seconds. */
export const saidAt = [
  { seconds: 60, words: 'call.minuteLeft' },
  { seconds: 30, words: 'call.halfLeft' },
  { seconds: 10, words: 'call.tenLeft' },
] as const;

/** Tells screen readers how much is left, three times and politely. */
export function useTimeAnnouncements(left: Countdown['remainingMs'] | null): void {
  const { t } = useTranslation();
  const before = useRef<number | null>(null);
  const seconds = Math.ceil((useRemainingMs(left) ?? Infinity) / 1000);
  useEffect(() => {
    const due = saidAt.find(
      (one) => before.current !== null && before.current > one.seconds && seconds <= one.seconds,
    );
    before.current = Number.isFinite(seconds) ? seconds : null;
    if (due && seconds > 0) announce(t(due.words));
  }, [t, seconds]);
}
