import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { useApi } from '../../app/house.ts';
import { useProblem } from '../../app/problem.tsx';
import { Button } from '../../components/button.tsx';
import { usePerson } from '../person/person.tsx';
import styles from './landing.module.css';

/** Fetches the next screen while the form is filled in. What fails is fetched again when it is shown. */
const fetchInside = () =>
  void Promise.all([import('../../app/inside.tsx'), import('../welcome/welcome.tsx')]).catch(() => undefined);

/** The way in for whoever has a name and a birth date. */
export function GuestForm() {
  const { t } = useTranslation();
  const api = useApi();
  const navigate = useNavigate();
  const problem = useProblem();
  const person = usePerson();
  const [busy, setBusy] = useState(false);

  const comeIn = async () => {
    const guest = person.read();
    if (!guest) return;
    setBusy(true);
    if (await problem.none(api.guest(guest))) await navigate('/welcome');
    setBusy(false);
  };

  return (
    <form
      className={styles.form}
      noValidate
      onFocus={fetchInside}
      onSubmit={(event) => {
        event.preventDefault();
        void comeIn();
      }}
    >
      {person.fields}
      {problem.shown}
      <Button type="submit" kind="main" wide busy={busy}>
        {busy ? t('landing.starting') : t('landing.start')}
      </Button>
    </form>
  );
}
