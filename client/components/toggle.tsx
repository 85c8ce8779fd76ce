import { Icon, type IconName } from './icon.tsx';
import styles from './toggle.module.css';

interface ToggleProps {
  on: boolean;
  icon: IconName;
  iconOff: IconName;
  /** What a press does now; it changes with the state, so the state itself is not said twice. */
  label: string;
  onToggle: () => void;
  disabled?: boolean;
  shortcut?: string;
}

/** A round button that turns something on and off. */
export function Toggle({ on, icon, iconOff, label, onToggle, disabled = false, shortcut }: ToggleProps) {
  return (
    <button
      type="button"
      className={on ? styles.on : styles.off}
      aria-label={label}
      title={shortcut ? `${label} (${shortcut})` : label}
      aria-keyshortcuts={shortcut}
      disabled={disabled}
      onClick={onToggle}
    >
      <Icon name={on ? icon : iconOff} />
    </button>
  );
}
