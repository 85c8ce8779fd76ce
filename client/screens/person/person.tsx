import { useRef, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { genders, rules, type Gender } from '#core/rules.ts';
import { OneOf } from '../../components/choice.tsx';
import { FieldGroup, TextField } from '../../components/field.tsx';
import { dateOrder, readBirthDate, type DateFault, type WrittenDate } from './birthDate.ts';
import styles from './person.module.css';

/** Who somebody says they are, as the server takes it. */
export interface Person {
  display_name: string;
  birth_date: string;
  gender: Gender;
}

interface Faults {
  name?: boolean;
  date?: DateFault;
  gender?: boolean;
}

const lengths = { day: 2, month: 2, year: 4 } as const;
const autoComplete = { day: 'bday-day', month: 'bday-month', year: 'bday-year' } as const;

/**
 * A name, a birth date, and a word on who one is.
 * @returns the fields, and `read`, which gives what stands in them, or shows what is missing and returns null
 */
export function usePerson(): { fields: ReactNode; read: () => Person | null } {
  const { t } = useTranslation();
  const place = useRef<HTMLDivElement>(null);
  const [name, setName] = useState('');
  const [written, setWritten] = useState<WrittenDate>({ day: '', month: '', year: '' });
  const [gender, setGender] = useState<Gender | null>(null);
  const [faults, setFaults] = useState<Faults>({});

  const read = (): Person | null => {
    const date = readBirthDate(written, new Date());
    const found: Faults = {
      ...(name.trim() === '' && { name: true }),
      ...('fault' in date && { date: date.fault }),
      ...(gender === null && { gender: true }),
    };
    setFaults(found);
    const [first] = Object.keys(found);
    place.current?.querySelector<HTMLInputElement>(`[data-part="${first}"] input`)?.focus();
    return first !== undefined || 'fault' in date || gender === null
      ? null
      : { display_name: name, birth_date: date.date, gender };
  };

  const fields = (
    <div ref={place} className={styles.person}>
      <div data-part="name">
        <TextField
          label={t('person.name')}
          placeholder={t('person.namePlaceholder')}
          value={name}
          onChange={(event) => setName(event.target.value)}
          maxLength={rules.displayNameLength}
          autoComplete="given-name"
          required
          error={faults.name && t('person.nameMissing')}
        />
      </div>
      <div data-part="date">
        <FieldGroup
          label={t('person.birthDate')}
          hint={t('person.birthDateHint')}
          error={faults.date && t(`person.${faults.date}`)}
        >
          <div className={styles.date}>
            {dateOrder().map((part) => (
              <TextField
                key={part}
                label={t(`person.${part}`)}
                small
                inputMode="numeric"
                maxLength={lengths[part]}
                autoComplete={autoComplete[part]}
                required
                aria-invalid={faults.date ? true : undefined}
                value={written[part]}
                onChange={(event) =>
                  setWritten({ ...written, [part]: event.target.value.replace(/\D/g, '') })
                }
              />
            ))}
          </div>
        </FieldGroup>
      </div>
      <div data-part="gender">
        <FieldGroup label={t('person.gender')} error={faults.gender && t('person.genderMissing')}>
          <OneOf
            value={gender}
            onChange={setGender}
            required
            options={genders.map((value) => ({ value, label: t(`person.genders.${value}`) }))}
          />
        </FieldGroup>
      </div>
    </div>
  );
  return { fields, read };
}
