import { useId, useState, type KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { rules } from '#core/rules.ts';
import { Icon } from './icon.tsx';
import fieldStyles from './field.module.css';
import styles from './interests.module.css';

interface Interests {
  label: string;
  hint?: string;
  value: readonly string[];
  onChange: (value: string[]) => void;
}

/** Things somebody likes, as chips: their own words, with a few to start from. */
export function InterestField({ label, hint, value, onChange }: Interests) {
  const { t } = useTranslation();
  const id = useId();
  const [draft, setDraft] = useState('');
  const full = value.length >= rules.interestsMost;
  const ideas = t('interests.ideas', { returnObjects: true }).filter((idea) => !has(value, idea));

  const add = (words: string) => {
    setDraft('');
    const fresh = words
      .split(',')
      .map((word) => word.trim().slice(0, rules.interestLength))
      .filter((word, at, all) => word !== '' && !has(value, word) && !has(all.slice(0, at), word));
    if (fresh.length > 0) onChange([...value, ...fresh].slice(0, rules.interestsMost));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter' || event.key === ',') {
      event.preventDefault();
      add(draft);
    } else if (event.key === 'Backspace' && draft === '') onChange(value.slice(0, -1));
  };

  return (
    <div className={fieldStyles.field}>
      <label htmlFor={id} className={fieldStyles.label}>
        {label}
      </label>
      {value.length > 0 && (
        <ul className={styles.chips}>
          {value.map((interest) => (
            <li key={interest}>
              <button
                type="button"
                className={styles.chosen}
                aria-label={t('interests.remove', { interest })}
                onClick={() => onChange(value.filter((other) => other !== interest))}
              >
                {interest}
                <Icon name="close" size={16} />
              </button>
            </li>
          ))}
        </ul>
      )}
      <input
        id={id}
        type="text"
        className={fieldStyles.control}
        placeholder={t('interests.placeholder')}
        aria-describedby={hint && `${id}-hint`}
        autoComplete="off"
        enterKeyHint="enter"
        maxLength={200}
        value={draft}
        disabled={full}
        onChange={(event) => setDraft(event.target.value)}
        onKeyDown={onKeyDown}
        onBlur={() => add(draft)}
      />
      {hint && (
        <p id={`${id}-hint`} className={fieldStyles.hint}>
          {hint}
        </p>
      )}
      {!full && (
        <ul className={styles.chips} aria-label={t('interests.ideasLabel')}>
          {ideas.slice(0, 8).map((idea) => (
            <li key={idea}>
              <button type="button" className={styles.idea} onClick={() => add(idea)}>
                <Icon name="plus" size={16} />
                {idea}
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

const has = (list: readonly string[], word: string): boolean =>
  list.some((other) => other.toLowerCase() === word.toLowerCase());
