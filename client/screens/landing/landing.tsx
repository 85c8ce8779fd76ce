import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useSignedIn } from '../../app/house.ts';
import { ButtonLink } from '../../components/button.tsx';
import { FloorFigure } from '../../components/figure.tsx';
import { Page } from '../../components/page.tsx';
import { EntryNotice } from './entryNotice.tsx';
import { GuestForm } from './guestForm.tsx';
import styles from './landing.module.css';

/** What it is in one breath, and the way in. */
export function Landing() {
  const { t } = useTranslation();
  const signedIn = useSignedIn();
  return (
    <Page title="Minuet">
      <div className={styles.landing}>
        <div className={styles.words}>
          <h1 className={styles.title}>
            {t('landing.title')} <em>{t('landing.titleTwo')}</em>
          </h1>
          <p className={styles.lede}>{t('landing.lede')}</p>
          <FloorFigure className={styles.figure} />
        </div>
        <section className={styles.card} aria-labelledby="card">
          {signedIn ? <WelcomeBack /> : <ComeIn />}
        </section>
        <section className={styles.steps} aria-label={t('landing.steps')}>
          <ol>
            {(['one', 'two', 'three'] as const).map((step) => (
              <li key={step}>
                <h2>{t(`landing.${step}Title`)}</h2>
                <p>{t(`landing.${step}`)}</p>
              </li>
            ))}
          </ol>
        </section>
      </div>
      <footer className={styles.footer}>
        <p>{t('landing.adults')}</p>
        <Link to="/safety">{t('nav.safety')}</Link>
      </footer>
    </Page>
  );
}

function ComeIn() {
  const { t } = useTranslation();
  return (
    <>
      <h2 id="card">{t('landing.card')}</h2>
      <p className={styles.note}>{t('landing.cardNote')}</p>
      <EntryNotice />
      <GuestForm />
      <p className={styles.member}>
        <span>{t('landing.member')}</span>
        <Link to="/sign-in">{t('nav.signIn')}</Link>
        <Link to="/register">{t('landing.register')}</Link>
      </p>
    </>
  );
}

function WelcomeBack() {
  const { t } = useTranslation();
  return (
    <>
      <h2 id="card">{t('landing.back')}</h2>
      <p className={styles.note}>{t('landing.backNote')}</p>
      <div className={styles.ways}>
        <ButtonLink to="/date" kind="main" wide>
          {t('landing.go')}
        </ButtonLink>
        <ButtonLink to="/welcome" wide>
          {t('landing.wishes')}
        </ButtonLink>
      </div>
    </>
  );
}
