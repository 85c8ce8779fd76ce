import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router';
import { rules } from '#core/rules.ts';
import { useApi, useSignedIn } from '../../app/house.ts';
import { useProblem } from '../../app/problem.tsx';
import { forgetAnswers } from '../../app/queries.tsx';
import { Button } from '../../components/button.tsx';
import { TextField } from '../../components/field.tsx';
import { Page } from '../../components/page.tsx';
import { usePerson } from '../person/person.tsx';
import styles from './account.module.css';

/** An account; a guest keeps their card and their matches. */
export default function Register() {
  const { t } = useTranslation();
  const api = useApi();
  const navigate = useNavigate();
  const problem = useProblem();
  const person = usePerson();
  const [isUpgrade] = useState(useSignedIn()); // it changes once we are done
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [faults, setFaults] = useState({ email: false, password: false });
  const [busy, setBusy] = useState(false);

  const submit = async () => {
    const found = {
      email: !/^\S+@\S+\.\S+$/.test(email.trim()),
      password: password.length < rules.passwordShortest,
    };
    setFaults(found);
    const self = isUpgrade ? {} : person.read();
    if (!self || found.email || found.password) return;
    setBusy(true);
    const words = { email_taken: t('register.taken'), already_registered: t('register.already') };
    const done = await problem.none(api.register({ email, password, ...self }), words);
    if (done) forgetAnswers(); // the same person is no guest any more
    if (done) await navigate(isUpgrade ? '/settings' : '/welcome');
    setBusy(false);
  };

  return (
    <Page title={t(isUpgrade ? 'register.titleUpgrade' : 'register.title')} narrow>
      <form
        className={styles.form}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <h1>{t(isUpgrade ? 'register.titleUpgrade' : 'register.title')}</h1>
        <p className={styles.lede}>{t(isUpgrade ? 'register.ledeUpgrade' : 'register.lede')}</p>
        {!isUpgrade && person.fields}
        <TextField
          label={t('signIn.email')}
          type="email"
          autoComplete="username"
          required
          value={email}
          onChange={(event) => setEmail(event.target.value)}
          error={faults.email && t('register.emailWrong')}
        />
        <TextField
          label={t('signIn.password')}
          type="password"
          autoComplete="new-password"
          required
          hint={t('register.passwordHint')}
          value={password}
          onChange={(event) => setPassword(event.target.value)}
          error={faults.password && t('register.passwordShort')}
        />
        {problem.shown}
        <Button type="submit" kind="main" busy={busy}>
          {busy ? t('register.busy') : t(isUpgrade ? 'register.submitUpgrade' : 'register.submit')}
        </Button>
        <p>
          {t('register.have')} <Link to="/sign-in">{t('nav.signIn')}</Link>
        </p>
      </form>
    </Page>
  );
}
