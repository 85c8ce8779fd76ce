import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { NavLink } from 'react-router';
import { Page } from '../../components/page.tsx';
import styles from './room.module.css';
import { UrgentBadge } from './urgentBadge.tsx';

const rooms = ['rounds', 'flags', 'restrictions', 'appeals', 'log'] as const;

interface RoomProps {
  title: string;
  lede?: string;
  /** Beside the heading: filters, and what else concerns the whole screen. */
  aside?: ReactNode;
  children: ReactNode;
}

/** The frame of a screen of the admin area: the ways to all of them, its heading, and its content beside or below. */
export function Room({ title, lede, aside, children }: RoomProps) {
  return (
    <Page title={title} ways={<Ways />}>
      <div className={aside ? styles.split : styles.room}>
        <div className={styles.head}>
          <h1>{title}</h1>
          {lede && <p>{lede}</p>}
          {aside}
        </div>
        <div className={styles.content}>{children}</div>
      </div>
    </Page>
  );
}

/** Where one can go in the admin area. */
export function Ways() {
  const { t } = useTranslation();
  return (
    <>
      <NavLink to="/admin" end>
        {t('admin.nav.overview')}
      </NavLink>
      {rooms.map((room) => (
        <NavLink key={room} to={`/admin/${room}`}>
          {t(`admin.nav.${room}`)}
          {room === 'flags' && <UrgentBadge />}
        </NavLink>
      ))}
    </>
  );
}
