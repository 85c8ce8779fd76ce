import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Badge } from './badge.tsx';
import { useDesk } from './desk.ts';

const everyMs = 15_000;

/** How many cases a moderator must see at once, on every page of theirs; nothing while there are none. */
export function UrgentBadge() {
  const { t } = useTranslation();
  const desk = useDesk();
  const { data } = useQuery({
    queryKey: ['admin', 'urgent'],
    queryFn: () => desk.urgent(),
    refetchInterval: everyMs,
  });
  const count = Math.max(data?.flags ?? 0, data?.held ?? 0);
  if (count === 0) return null;
  return (
    <>
      {' '}
      <Badge kind="alarm">
        <span aria-hidden="true">{count}</span>
        <span className="hidden">{t('admin.urgent', { count })}</span>
      </Badge>
    </>
  );
}
