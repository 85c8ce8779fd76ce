import { useCallback, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { isProblem } from '../api/problem.ts';
import styles from './problem.module.css';

/** One place of a screen where a request may fail, and say so. */
export interface ProblemSpot {
  /** Waits for the request: true when all went well, else shows what went wrong. */
  none: (request: Promise<unknown>, words?: Record<string, string>) => Promise<boolean>;
  clear: () => void;
  shown: ReactNode;
}

/** Gives a screen its place for what went wrong. */
export function useProblem(): ProblemSpot {
  const words = useProblemWords();
  const [text, setText] = useState<string | null>(null);
  const none = useCallback(
    async (request: Promise<unknown>, own: Record<string, string> = {}) => {
      setText(null);
      try {
        await request;
        return true;
      } catch (error) {
        setText((isProblem(error) ? own[error.code] : undefined) ?? words(error));
        return false;
      }
    },
    [words],
  );
  const clear = useCallback(() => setText(null), []);
  const shown = (
    <div role="alert" className={text === null ? 'hidden' : styles.problem}>
      {text}
    </div>
  );
  return { none, clear, shown };
}

/** Puts an error into words for people. */
export function useProblemWords(): (error: unknown) => string {
  const { t } = useTranslation();
  return useCallback(
    (error: unknown) => {
      if (!isProblem(error)) return t('problem.unknown');
      if (error.passing) return t('problem.unreachable');
      if (error.code === 'rate_limited') return t('problem.rate_limited');
      if (error.code === 'restricted') return t('problem.restricted');
      if (error.code === 'account_needed') return t('problem.account_needed');
      if (error.code === 'under_age') return t('person.tooYoung');
      if (error.code === 'invalid')
        return t('problem.invalid', { detail: error.errors.map(({ message }) => message).join('; ') });
      return t('problem.unknown');
    },
    [t],
  );
}
