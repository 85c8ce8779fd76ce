import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { isForSomethingElse, useKeysInUse } from '../../app/keystroke.ts';
import { Switch } from '../../components/switch.tsx';
import styles from './shortcuts.module.css';

/** One key, and what it does. Without `run` it is only told of: the browser does it by itself. */
export interface Shortcut {
  key: string;
  label: string;
  run?: () => void;
}

/** Whether a dialog is open, though it may not have the focus yet. */
const isAsked = () => document.querySelector('[role="dialog"]') !== null;

/** Shows the keys of a screen, and listens to them unless they have been turned off. */
export function Shortcuts({ keys }: { keys: readonly Shortcut[] }) {
  const { t } = useTranslation();
  const { used, use } = useKeysInUse();
  useEffect(() => {
    if (!used) return;
    const down = (event: KeyboardEvent) => {
      if (event.repeat || isForSomethingElse(event) || isAsked()) return;
      const shortcut = keys.find(({ key, run }) => run && key.toLowerCase() === event.key.toLowerCase());
      if (!shortcut) return;
      event.preventDefault();
      shortcut.run?.();
    };
    addEventListener('keydown', down);
    return () => removeEventListener('keydown', down);
  }, [used, keys]);

  return (
    <section className={styles.shortcuts} aria-label={t('admin.keys.title')}>
      {used && (
        <ul>
          {keys.map(({ key, label }) => (
            <li key={key}>
              <kbd>{key}</kbd> {label}
            </li>
          ))}
        </ul>
      )}
      <Switch label={t('admin.keys.use')} on={used} onToggle={use} />
    </section>
  );
}
