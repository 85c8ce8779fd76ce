import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useStaff } from './staff.ts';
import type { Names } from './wire.ts';

/** Says whom an id means; null is the house itself. */
export function useNameOf(names: Names): (id: string | null) => string {
  const { t } = useTranslation();
  const staff = useStaff();
  return (id) => {
    if (id === null) return t('admin.house');
    if (id === staff.id) return t('admin.me');
    return names[id] ?? t('admin.gone');
  };
}

/** A person's name, and the way to what is known of them. */
export function PersonLink({ id, names }: { id: string; names: Names }) {
  const { t } = useTranslation();
  return (
    <Link to={`/admin/people/${id}`} dir="auto">
      {names[id] ?? t('admin.gone')}
    </Link>
  );
}
