import type { ButtonHTMLAttributes, ReactNode } from 'react';
import { Link, type LinkProps } from 'react-router';
import { Icon, type IconName } from './icon.tsx';
import styles from './button.module.css';

interface Look {
  /** `main` is the one thing to do on a screen; there is at most one in sight. */
  kind?: 'main' | 'plain' | 'quiet' | 'alarm';
  icon?: IconName;
  wide?: boolean;
  children: ReactNode;
}

type ButtonProps = Look & ButtonHTMLAttributes<HTMLButtonElement> & { busy?: boolean };

const classOf = ({ kind = 'plain', wide }: Pick<Look, 'kind' | 'wide'>) =>
  [styles.button, styles[kind], wide && styles.wide].filter(Boolean).join(' ');

/** A button with words. While `busy` it stays focusable and ignores clicks. */
export function Button({
  kind,
  icon,
  wide,
  busy = false,
  children,
  onClick,
  className,
  ...rest
}: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      className={[classOf({ kind, wide }), className].filter(Boolean).join(' ')}
      aria-disabled={busy || undefined}
      data-busy={busy || undefined}
      onClick={busy ? (event) => event.preventDefault() : onClick}
    >
      {icon && <Icon name={icon} />}
      <span>{children}</span>
    </button>
  );
}

/** A link that looks like a button. */
export function ButtonLink({ kind, icon, wide, children, ...rest }: Look & LinkProps) {
  return (
    <Link {...rest} className={classOf({ kind, wide })}>
      {icon && <Icon name={icon} />}
      <span>{children}</span>
    </Link>
  );
}
