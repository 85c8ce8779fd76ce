import { useTranslation } from 'react-i18next';
import { Moment } from '../moment.tsx';
import type { Names, Story } from '../wire.ts';
import { signalsOf, stepsOf } from './evidenceOf.ts';
import styles from './evidence.module.css';
import story from './story.module.css';

/** What the house itself knows of the round: each step of the two, and how much was signalled. */
export function Evidence({ flag, names }: { flag: Story['flag']; names: Names }) {
  const { t } = useTranslation();
  const steps = stepsOf(flag.evidence);
  const signals = signalsOf(flag.evidence);
  const nameOf = (id: string) => names[id] ?? t('admin.gone');
  return (
    <section className={story.part} aria-labelledby="round">
      <h2 id="round">{t('admin.story.round')}</h2>
      {steps.length === 0 && <p>{t('admin.story.roundNone')}</p>}
      <ol className={styles.steps}>
        {steps.map((step, at) => (
          <li key={at}>
            <Moment at={step.at} clock />
            <span dir="auto">{nameOf(step.user_id)}</span>
            <code>
              {step.event}: {step.from_state} → {step.to_state}
            </code>
          </li>
        ))}
      </ol>
      {signals.length > 0 && (
        <p className={styles.signals}>
          {t('admin.story.signals')}: {signals.map(([id, count]) => `${nameOf(id)} ${count}`).join(', ')}
        </p>
      )}
    </section>
  );
}
