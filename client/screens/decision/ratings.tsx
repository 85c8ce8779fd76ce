import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { ratingTraits, type RatingTrait, type Ratings as Given } from '#core/rules.ts';
import styles from './ratings.module.css';

const steps = [1, 2, 3, 4, 5] as const;

interface RatingsProps {
  name: string;
  value: Given;
  onChange: (value: Given) => void;
}

/** How the other one was, if somebody likes to say. They never see it. */
export function Ratings({ name, value, onChange }: RatingsProps) {
  const { t } = useTranslation();
  return (
    <section className={styles.ratings} aria-labelledby="ratings">
      <h2 id="ratings">{t('decision.ratings', { name })}</h2>
      <p>{t('decision.ratingsHint', { name })}</p>
      {ratingTraits.map((trait) => (
        <Trait
          key={trait}
          trait={trait}
          value={value[trait]}
          onChange={(step) => onChange({ ...value, [trait]: step })}
        />
      ))}
    </section>
  );
}

interface TraitProps {
  trait: RatingTrait;
  value: number | undefined;
  onChange: (value: number) => void;
}

function Trait({ trait, value = 0, onChange }: TraitProps) {
  const { t } = useTranslation();
  const name = useId();
  return (
    <fieldset className={styles.trait}>
      <legend>{t(`decision.traits.${trait}`)}</legend>
      <div className={styles.steps}>
        {steps.map((step) => (
          <label key={step} className={step <= value ? styles.full : styles.empty}>
            <input
              type="radio"
              name={name}
              checked={step === value}
              aria-label={t('decision.outOfFive', { count: step })}
              onChange={() => onChange(step)}
            />
            <span aria-hidden="true" />
          </label>
        ))}
      </div>
    </fieldset>
  );
}
