import { useTranslation } from 'react-i18next';
import { genders, rules, type SearchMode } from '#core/rules.ts';
import { oldestOnScale, type Preferences } from '../../app/preferences.ts';
import { AnyOf, OneOf } from '../../components/choice.tsx';
import { FieldGroup } from '../../components/field.tsx';
import { InterestField } from '../../components/interests.tsx';
import { RangeSlider, Slider } from '../../components/slider.tsx';
import { Place } from './place.tsx';

interface WishesProps {
  value: Preferences;
  onChange: (value: Preferences) => void;
  /** Whether the server knows where the person is. */
  located: boolean;
}

const modes: SearchMode[] = ['video', 'text', 'both'];

/** Whom somebody would like to meet, and how. */
export function Wishes({ value, onChange, located }: WishesProps) {
  const { t } = useTranslation();
  const set = (change: Partial<Preferences>) => onChange({ ...value, ...change });
  const to = value.max_age >= oldestOnScale ? `${oldestOnScale}+` : String(value.max_age);
  const weight = value.personality_weight;
  return (
    <>
      <FieldGroup label={t('welcome.genders')} hint={t('welcome.everybody')}>
        <AnyOf
          value={value.genders}
          onChange={(chosen) => set({ genders: chosen })}
          options={genders.map((gender) => ({ value: gender, label: t(`person.gendersSought.${gender}`) }))}
        />
      </FieldGroup>
      <RangeSlider
        label={t('welcome.ages')}
        words={t('welcome.agesWords', { from: value.min_age, to })}
        from={t('welcome.ageFrom')}
        to={t('welcome.ageTo')}
        min={rules.adultYears}
        max={oldestOnScale}
        value={[value.min_age, value.max_age]}
        onChange={([min_age, max_age]) => set({ min_age, max_age })}
      />
      <Place
        located={located}
        withinKm={value.max_distance_km}
        onWithin={(max_distance_km) => set({ max_distance_km })}
      />
      <InterestField
        label={t('welcome.preferred')}
        hint={t('welcome.preferredHint')}
        value={value.preferred_interests}
        onChange={(preferred_interests) => set({ preferred_interests })}
      />
      <FieldGroup label={t('welcome.mode')} hint={t('welcome.modeHint')}>
        <OneOf
          value={value.mode}
          onChange={(mode) => set({ mode })}
          options={modes.map((mode) => ({ value: mode, label: t(`welcome.modes.${mode}`) }))}
        />
      </FieldGroup>
      <Slider
        label={t('welcome.personality')}
        words={t(`welcome.personalityWords.${weight < 0.4 ? 'low' : weight > 0.6 ? 'high' : 'middle'}`)}
        hint={t('welcome.personalityHint')}
        min={0}
        max={1}
        step={0.1}
        value={weight}
        onChange={(personality_weight) => set({ personality_weight })}
      />
    </>
  );
}
