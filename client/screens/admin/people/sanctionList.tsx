import { useTranslation } from 'react-i18next';
import { inWords, Moment } from '../moment.tsx';
import { useNameOf } from '../nameOf.tsx';
import type { Moderated, Names } from '../wire.ts';
import { Fold } from './fold.tsx';

/** What was imposed on somebody so far. */
export function SanctionList({
  restrictions,
  names,
}: {
  restrictions: Moderated['restrictions'];
  names: Names;
}) {
  const { t } = useTranslation();
  const nameOf = useNameOf(names);
  if (restrictions.length === 0) return null;
  return (
    <Fold title={t('admin.person.restrictions', { count: restrictions.length })} open>
      <ul>
        {restrictions.map((one) => (
          <li key={one.id}>
            <p>
              <strong>{t(`admin.restrictions.kinds.${one.kind}`)}</strong>
              {one.kind === 'restriction' &&
                ` ${one.until ? t('admin.restrictions.until', { when: inWords(one.until) }) : t('admin.restrictions.good')}`}
              {one.lifted_at && `, ${t('admin.restrictions.states.lifted')}`}
            </p>
            <p dir="auto">{one.reason}</p>
            <p>
              {nameOf(one.issued_by)}, <Moment at={one.created_at} />
            </p>
          </li>
        ))}
      </ul>
    </Fold>
  );
}
