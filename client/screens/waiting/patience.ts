import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { rules } from '#core/rules.ts';
import type { Queue } from '../../api/wire.ts';
import { useTick } from '../../app/ticking.ts';

/** What somebody in the line is told. */
export interface Patience {
  /** How long it is likely to take, in words. */
  estimate: string;
  /** What is being done for them. */
  words: string;
  /** @param now of performance.now() */
  waitedMs: (now: number) => number;
}

/**
 * Puts a place in the line into words.
 * @param nobodyNew whether everybody who is here was met already
 */
export function usePatience(queue: Queue | null, nobodyNew: boolean): Patience {
  const { t } = useTranslation();
  const waitedMs = useWaited(queue?.waiting_since ?? null);
  const relaxing = waitedMs(useTick(1000)) >= rules.relaxAfterSeconds * 1000;
  return {
    waitedMs,
    estimate: useEstimate(queue?.estimated_wait_seconds ?? null),
    words: nobodyNew
      ? t('waiting.nobodyNew')
      : relaxing
        ? t('waiting.relaxing')
        : queue?.size === 1
          ? t('waiting.alone')
          : t('waiting.relaxLater'),
  };
}

function useEstimate(seconds: number | null): string {
  const { t } = useTranslation();
  if (seconds === null) return t('waiting.estimateUnknown');
  if (seconds < 3) return t('waiting.estimateNow');
  if (seconds < 50) return t('waiting.estimateSeconds', { count: Math.ceil(seconds / 5) * 5 });
  return t('waiting.estimateMinutes', { count: Math.round(seconds / 60) });
}

const longestMs = rules.longestWaitSeconds * 1000;

/** Counts on from the first sight of a place in the line; a device whose date is wrong counts from zero. */
function useWaited(since: string | null): (now: number) => number {
  const [startedAt] = useState(() => {
    const before = Date.now() - Date.parse(since ?? '');
    return performance.now() - (before > 0 && before < longestMs ? before : 0);
  });
  return (now) => Math.max(0, now - startedAt);
}
