import { Component, type ReactNode } from 'react';
import type { TellBroken } from '../api/breakages.ts';
import { i18next } from '../i18n/i18n.ts';
import { Button } from '../components/button.tsx';
import styles from './opening.module.css';

interface BreakageProps {
  children: ReactNode;
  tell: TellBroken;
  /** Called before it is tried again: what was read may be what broke it. */
  onAgain?: () => void;
  /** Shown beside the words: what is to be done while the screen is broken. */
  meanwhile?: ReactNode;
}

/**
 * Catches what no screen expected: says so here and to the server, and tries again on a tap. Code that could not be
 * fetched (a new version on the server, most often) needs the page to be loaded anew.
 */
export class Breakage extends Component<BreakageProps, { error: unknown }> {
  override state = { error: null as unknown };

  static getDerivedStateFromError(error: unknown): { error: unknown } {
    return { error: error ?? new Error() };
  }

  override componentDidCatch(error: unknown): void {
    this.props.tell(isCode(error) ? 'code' : 'screen', error);
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (error === null) return this.props.children;
    const again = () => {
      if (isCode(error)) location.reload();
      this.props.onAgain?.();
      this.setState({ error: null });
    };
    return (
      <main id="content" tabIndex={-1} className={styles.opening} role="alert">
        <h1>{i18next.t('problem.title')}</h1>
        <p>{i18next.t('problem.broken')}</p>
        <Button kind="main" onClick={again}>
          {i18next.t('retry')}
        </Button>
        <a href="/">{i18next.t('problem.home')}</a>
        {this.props.meanwhile}
      </main>
    );
  }
}

/** Whether code could not be fetched; each browser has its own words for it. */
const isCode = (error: unknown): boolean =>
  error instanceof Error && /dynamically imported module|module script/i.test(error.message);
