import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useApi } from '../../app/house.ts';
import { useProblemWords } from '../../app/problem.tsx';
import { Button } from '../../components/button.tsx';
import { Appeal } from './appeal.tsx';
import type { Statement } from './statement.ts';
import styles from './standing.module.css';
import { useStanding } from './useStanding.ts';

const date = new Intl.DateTimeFormat(undefined, { dateStyle: 'long', timeStyle: 'short' });

/** What the house holds against somebody, if anything: what, why, until when, how to object, and the answer. */
export function Standing() {
  const { t } = useTranslation();
  const { told } = useStanding();
  if (told.length === 0) return null;
  return (
    <section className={styles.standing} aria-label={t('restricted.standing')}>
      {told.map((statement) => (
        <Held key={statement.id} statement={statement} />
      ))}
    </section>
  );
}

function Held({ statement }: { statement: Statement }) {
  const { t } = useTranslation();
  const { id, what, why, active, seen_at, my_appeal } = statement;
  const isOpen = active || what === 'warning';
  return (
    <article className={isOpen ? styles.statement : styles.over}>
      <h2>{t(`restricted.what.${what}`)}</h2>
      <p className={styles.why} dir="auto">
        {why}
      </p>
      <Term statement={statement} />
      {my_appeal && (
        <div role="status" className={styles.answer}>
          <p>{t(`restricted.appeals.${my_appeal.status}`)}</p>
          {my_appeal.answer !== null && <blockquote dir="auto">{my_appeal.answer}</blockquote>}
        </div>
      )}
      {what === 'warning' && seen_at === null && <Read id={id} />}
      {isOpen && my_appeal === null && <Appeal restrictionId={id} />}
    </article>
  );
}

function Term({ statement: { what, until, automated, active } }: { statement: Statement }) {
  const { t } = useTranslation();
  if (what === 'warning') return null;
  const words = until
    ? t('restricted.until', { when: date.format(new Date(until)) })
    : t('restricted.forGood');
  return (
    <p className={styles.term}>
      {active ? words : t('restricted.over')} {active && automated && t('restricted.automated')}
    </p>
  );
}

/** A warning is shown until somebody says that they have read it. */
function Read({ id }: { id: string }) {
  const { t } = useTranslation();
  const api = useApi();
  const queries = useQueryClient();
  const words = useProblemWords();
  const read = useMutation({
    mutationFn: () =>
      api.send<undefined>({ method: 'POST', path: `/api/me/restrictions/${id}/seen`, body: {} }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['restrictions'] }),
  });
  return (
    <>
      {read.error && <p role="alert">{words(read.error)}</p>}
      <Button busy={read.isPending} onClick={() => read.mutate()}>
        {t('restricted.read')}
      </Button>
    </>
  );
}
