import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { clockTime, useTick } from '../../app/ticking.ts';
import styles from './waiting.module.css';

/** Too many early exits in a row: what it costs, without reproach. */
export function Cooldown({ until }: { until: string }) {
  const { t } = useTranslation();
  const [endsAt] = useState(() => performance.now() + Math.max(0, Date.parse(until) - Date.now()));
  const left = endsAt - useTick(1000);
  return (
    <div className={styles.cooldown}>
      <h2>{t('waiting.cooldownTitle')}</h2>
      <p>{t('waiting.cooldown', { time: clockTime(left) })}</p>
    </div>
  );
}
