import { useEffect, useRef, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, NavLink } from 'react-router';
import { useSignedIn } from '../app/house.ts';
import { Brand } from './brand.tsx';
import styles from './page.module.css';

interface PageProps {
  /** For the window's title; the screen has its own heading. */
  title: string;
  children: ReactNode;
  /** Candle light whatever the theme: for everything around a date. */
  evening?: boolean;
  /** Narrow for reading and forms. */
  narrow?: boolean;
  /** Other ways to go than those of a guest. */
  ways?: ReactNode;
}

/** The frame of a screen: the name, the ways to go, and the place where the content begins. */
export function Page({ title, children, evening = false, narrow = false, ways }: PageProps) {
  const { t } = useTranslation();
  const main = useTitle(title);
  const signedIn = useSignedIn();
  return (
    <div className={[styles.page, evening && 'evening'].filter(Boolean).join(' ')}>
      <header className={[styles.header, ways && styles.many].filter(Boolean).join(' ')}>
        <Link to="/" className={styles.home} aria-label={t('nav.home')}>
          <Brand compact={signedIn && !ways} />
        </Link>
        <nav className={styles.nav} aria-label={t('nav.label')}>
          {ways ?? <Ways />}
        </nav>
      </header>
      <main id="content" ref={main} tabIndex={-1} className={narrow ? styles.narrow : styles.main}>
        {children}
      </main>
    </div>
  );
}

function Ways() {
  const { t } = useTranslation();
  return useSignedIn() ? (
    <>
      <NavLink to="/date">{t('nav.date')}</NavLink>
      <NavLink to="/matches">{t('nav.matches')}</NavLink>
      <NavLink to="/settings">{t('nav.settings')}</NavLink>
    </>
  ) : (
    <>
      <NavLink to="/safety">{t('nav.safety')}</NavLink>
      <NavLink to="/sign-in">{t('nav.signIn')}</NavLink>
    </>
  );
}

let shown: string | null = null;

/**
 * Names the window, and moves the focus to the content when another screen was there before, so that a screen reader
 * begins where the eye does.
 */
function useTitle(title: string) {
  const main = useRef<HTMLElement>(null);
  useEffect(() => {
    document.title = title === 'Minuet' ? title : `${title} · Minuet`;
    if (shown !== null && shown !== title) main.current?.focus({ preventScroll: true });
    shown = title;
  }, [title]);
  return main;
}
