import { Component, type ReactNode } from 'react';
import { i18next } from '../i18n/i18n.ts';
import styles from './opening.module.css';

/** Catches what no screen expected: a new version of the page on the server, most often. */
export class Breakage extends Component<{ children: ReactNode }, { broken: boolean }> {
  override state = { broken: false };

  static getDerivedStateFromError(): { broken: boolean } {
    return { broken: true };
  }

  override render(): ReactNode {
    if (!this.state.broken) return this.props.children;
    return (
      <main className={styles.opening}>
        <h1>{i18next.t('problem.title')}</h1>
        <a href="/">{i18next.t('problem.reload')}</a>
      </main>
    );
  }
}
