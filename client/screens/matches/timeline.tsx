import { useTranslation } from 'react-i18next';
import type { Match } from '../../api/wire.ts';
import { Course } from '../../components/course.tsx';
import { stepsOf, type Step } from './happenings.ts';
import styles from './timeline.module.css';

/** How one's own round went, step by step, for whoever wants to know it exactly. */
export function Timeline({ match, name }: { match: Match; name: string }) {
  const { t } = useTranslation();
  const { end_reason, ended_by, my_decision } = match;
  return (
    <details className={styles.timeline}>
      <summary>{t('matches.timeline')}</summary>
      <Course
        label={t('matches.timeline')}
        happenings={stepsOf(match).map(({ at, what }) => ({
          at,
          bright: what === 'started' || what === 'ended' || what === 'mutual',
          words: inWords(what),
        }))}
      />
    </details>
  );

  function inWords(what: Step['what']): string {
    if (what === 'ended')
      return t(`matches.ended.${ended_by ?? 'system'}.${end_reason ?? 'clock'}`, { name });
    if (what === 'decided') return t(`matches.mine.${my_decision ?? 'next'}`);
    return t(`matches.steps.${what}`, { name });
  }
}
