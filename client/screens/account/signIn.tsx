import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useLocation, useNavigate } from 'react-router';
import { useApi } from '../../app/house.ts';
import { useProblem } from '../../app/problem.tsx';
import { Button } from '../../components/button.tsx';
import { TextField } from '../../components/field.tsx';
import { Page } from '../../components/page.tsx';
import styles from './account.module.css';

/** For members. */
export default function SignIn() {
  const { t } = useTranslation();
  const api = useApi();
  const navigate = useNavigate();
  const problem = useProblem();
  const to = useWayBack();
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [busy, setBusy] = useState(false);

  const submit = async () => {
    setBusy(true);
    const words = { wrong_credentials: t('signIn.wrong'), invalid: t('signIn.wrong') };
    if (await problem.none(api.login({ email, password }), words)) await navigate(to);
    setBusy(false);
  };

  return (
    <Page title={t('nav.signIn')} narrow>
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <h1>{t('signIn.title')}</h1>
        <TextField
          label={t('signIn.email')}
          type="email"
          autoComplete="username"
          required
          value={email}
          onChange={(event) => setEmail(event.target.value)}
        />
        <TextField
          label={t('signIn.password')}
          type="password"
          autoComplete="current-password"
          required
          value={password}
          onChange={(event) => setPassword(event.target.value)}
        />
        {problem.shown}
        <Button type="submit" kind="main" busy={busy}>
          {busy ? t('signIn.busy') : t('signIn.submit')}
        </Button>
        <p>
          {t('signIn.none')} <Link to="/register">{t('signIn.register')}</Link> ·{' '}
          <Link to="/">{t('signIn.guest')}</Link>
        </p>
      </form>
    </Page>
  );
}

/** Where somebody was going when they were asked to sign in. */
function useWayBack(): string {
  const state: unknown = useLocation().state;
  const to = typeof state === 'object' && state !== null && 'to' in state ? state.to : null;
  return typeof to === 'string' ? to : '/welcome';
}
