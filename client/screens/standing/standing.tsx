import { useMutation, useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import type { z } from 'zod';
import type { ownRestrictions } from '#core/wire/restrictions.ts';
import { useApi } from '../../app/house.ts';
import { Appeal } from './appeal.tsx';
import styles from './standing.module.css';

type Answer = z.infer<typeof ownRestrictions>;
export type Statement = Answer['restrictions'][number];

const date = new Intl.DateTimeFormat(undefined, { dateStyle: 'long', timeStyle: 'short' });

/** What the house holds against somebody, if anything: what, why, until when, and how to object. */
export function Standing() {
  const { t } = useTranslation();
  const api = useApi();
  const list = useQuery({
    queryKey: ['restrictions'],
    queryFn: () => api.send<Answer>({ method: 'GET', path: '/api/me/restrictions' }),
  });
  const open =
    list.data?.restrictions.filter((one) => one.active || (one.what === 'warning' && !one.seen_at)) ?? [];
  if (open.length === 0) return null;
  return (
    <section className={styles.standing} aria-label={t('restricted.standing')}>
      {open.map((statement) => (
        <Held key={statement.id} statement={statement} />
      ))}
    </section>
  );
}

function Held({ statement }: { statement: Statement }) {
  const { t } = useTranslation();
  const { what, why, until, automated, my_appeal } = statement;
  useSeen(statement);
  return (
    <article className={styles.statement}>
      <h2>{t(`restricted.what.${what}`)}</h2>
      <p>{why}</p>
      {what === 'restriction' && (
        <p className={styles.term}>
          {until ? t('restricted.until', { when: date.format(new Date(until)) }) : t('restricted.forGood')}{' '}
          {automated && t('restricted.automated')}
        </p>
      )}
      {my_appeal ? (
        <p role="status">{my_appeal.answer ?? t(`restricted.appeals.${my_appeal.status}`)}</p>
      ) : (
        <Appeal restrictionId={statement.id} />
      )}
    </article>
  );
}

/** A warning is shown once: the house is told that it was. */
function useSeen({ id, what, seen_at }: Statement): void {
  const api = useApi();
  const { mutate } = useMutation({
    mutationFn: () =>
      api.send<undefined>({ method: 'POST', path: `/api/me/restrictions/${id}/seen`, body: {} }),
  });
  const isNew = what === 'warning' && !seen_at;
  useEffect(() => {
    if (isNew) mutate();
  }, [isNew, mutate]);
}
