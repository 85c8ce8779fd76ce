import { useTranslation } from 'react-i18next';
import { Link, useLocation } from 'react-router';
import { useJourneySnapshot } from '../../app/evening.ts';
import { useRemainingMs } from '../../app/ticking.ts';
import styles from './reminder.module.css';

/** On every other screen: there is still something to answer, and for how long. */
export function DecisionReminder() {
  const { state, decision, elsewhere } = useJourneySnapshot();
  const { pathname } = useLocation();
  if (state !== 'DECIDING' || !decision || decision.mine || elsewhere || pathname === '/date') return null;
  return <Reminder />;
}

function Reminder() {
  const { t } = useTranslation();
  const { match, decision } = useJourneySnapshot();
  const leftMs = useRemainingMs(decision?.remainingMs ?? null, 250) ?? 0;
  return (
    <aside className={`evening ${styles.reminder}`} aria-label={t('decision.reminderLabel')}>
      <Link to="/date">{t('decision.reminder', { name: match?.user_name ?? '' })}</Link>
      <span aria-hidden="true">{Math.ceil(leftMs / 1000)}</span>
    </aside>
  );
}
