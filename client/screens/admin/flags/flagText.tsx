import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { Badge } from '../badge.tsx';
import { Moment } from '../moment.tsx';
import { PersonLink } from '../nameOf.tsx';
import type { FlagBrief, Names } from '../wire.ts';
import styles from './flagText.module.css';

/** What one flag says: who flags, when, what it was, in their words. */
export function FlagText({ flag, names, linked }: { flag: FlagBrief; names: Names; linked?: boolean }) {
  const { t } = useTranslation();
  const category = flag.category ? t(`flag.categories.${flag.category}`) : t('admin.uncategorized');
  return (
    <article className={styles.flag}>
      <p className={styles.what}>
        {linked ? <Link to={`/admin/flags/${flag.id}`}>{category}</Link> : category}{' '}
        {flag.status !== 'pending' && <Badge>{t(`admin.flags.statuses.${flag.status}`)}</Badge>}
      </p>
      {flag.reason ? (
        <blockquote dir="auto">{flag.reason}</blockquote>
      ) : (
        <p className={styles.by}>{t('admin.story.noReason')}</p>
      )}
      <p className={styles.by}>
        {t('admin.story.by')} <PersonLink id={flag.reporter_id} names={names} />,{' '}
        <Moment at={flag.created_at} />
      </p>
    </article>
  );
}
