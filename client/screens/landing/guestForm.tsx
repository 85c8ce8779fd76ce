import { useRef, useState, type SubmitEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { genders, rules, type Gender } from '#core/rules.ts';
import { useApi } from '../../app/house.ts';
import { useProblem } from '../../app/problem.tsx';
import { Button } from '../../components/button.tsx';
import { OneOf } from '../../components/choice.tsx';
import { FieldGroup, TextField } from '../../components/field.tsx';
import { dateOrder, readBirthDate, type DateFault, type WrittenDate } from './birthDate.ts';
import styles from './guestForm.module.css';

interface Faults {
  name?: boolean;
  date?: DateFault;
  gender?: boolean;
}

const lengths = { day: 2, month: 2, year: 4 } as const;
const autoComplete = { day: 'bday-day', month: 'bday-month', year: 'bday-year' } as const;

/** A name, a birth date, and a word on who one is: all it takes to come in. */
export function GuestForm() {
  const { t } = useTranslation();
  const api = useApi();
  const navigate = useNavigate();
  const problem = useProblem();
  const form = useRef<HTMLFormElement>(null);
  const [name, setName] = useState('');
  const [written, setWritten] = useState<WrittenDate>({ day: '', month: '', year: '' });
  const [gender, setGender] = useState<Gender | null>(null);
  const [faults, setFaults] = useState<Faults>({});
  const [busy, setBusy] = useState(false);

  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const read = readBirthDate(written, new Date());
    const found: Faults = {
      ...(name.trim() === '' && { name: true }),
      ...('fault' in read && { date: read.fault }),
      ...(gender === null && { gender: true }),
    };
    setFaults(found);
    if ('fault' in read || gender === null || found.name) {
      const first = found.name ? 'name' : found.date ? 'date' : 'gender';
      form.current?.querySelector<HTMLInputElement>(`[data-part="${first}"] input`)?.focus();
      return;
    }
    setBusy(true);
    const come = api.guest({ display_name: name, birth_date: read.date, gender });
    if (await problem.none(come)) await navigate('/welcome');
    setBusy(false);
  };

  return (
    <form ref={form} className={styles.form} noValidate onSubmit={(event) => void submit(event)}>
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
                unseen
                placeholder={t(`person.${part}`)}
                inputMode="numeric"
                maxLength={lengths[part]}
                autoComplete={autoComplete[part]}
                required
                aria-invalid={faults.date ? true : undefined}
                value={written[part]}
                onChange={(event) => setWritten({ ...written, [part]: event.target.value.replace(/\D/g, '') })}
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
      {problem.shown}
      <Button type="submit" kind="main" wide busy={busy}>
        {busy ? t('landing.starting') : t('landing.start')}
      </Button>
    </form>
  );
}
