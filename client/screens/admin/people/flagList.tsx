import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { Badge } from '../badge.tsx';
import { Moment } from '../moment.tsx';
import { PersonLink } from '../nameOf.tsx';
import type { FlagBrief, Names } from '../wire.ts';
import { Fold } from './fold.tsx';

/** Flags about somebody, or by them. */
export function FlagList({
  label,
  flags,
  names,
}: {
  label: 'flagsAbout' | 'flagsBy';
  flags: readonly FlagBrief[];
  names: Names;
}) {
  const { t } = useTranslation();
  if (flags.length === 0) return null;
  return (
    <Fold title={t(`admin.person.${label}`, { count: flags.length })} open={label === 'flagsAbout'}>
      <ul>
        {flags.map((flag) => (
          <li key={flag.id}>
            <p>
              <Link to={`/admin/flags/${flag.id}`}>
                {flag.category ? t(`flag.categories.${flag.category}`) : t('admin.uncategorized')}
              </Link>{' '}
              <Badge>{t(`admin.flags.statuses.${flag.status}`)}</Badge>{' '}
              {flag.withdrawn_at && <Badge>{t('admin.flags.withdrawn')}</Badge>}
            </p>
            {flag.reason && <p dir="auto">{flag.reason}</p>}
            <p>
              <PersonLink id={label === 'flagsBy' ? flag.flagged_id : flag.reporter_id} names={names} />,{' '}
              <Moment at={flag.created_at} />
            </p>
          </li>
        ))}
      </ul>
    </Fold>
  );
}
