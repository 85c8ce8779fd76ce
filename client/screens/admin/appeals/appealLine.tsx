import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../../components/button.tsx';
import { Dialog } from '../../../components/dialog.tsx';
import { Badge } from '../badge.tsx';
import styles from '../line.module.css';
import { inWords, Moment } from '../moment.tsx';
import { PersonLink, useNameOf } from '../nameOf.tsx';
import type { Appeal, Names } from '../wire.ts';
import { AnswerForm } from './answerForm.tsx';

/** One appeal: against what, in whose words, and the answer. */
export function AppealLine({ one, names }: { one: Appeal; names: Names }) {
  const { t } = useTranslation();
  const nameOf = useNameOf(names);
  const [answering, setAnswering] = useState(false);
  const name = names[one.user_id] ?? t('admin.gone');
  return (
    <li className={styles.line}>
      <p className={styles.name}>
        <PersonLink id={one.user_id} names={names} />
      </p>
      <p className={styles.badges}>
        <Badge kind={one.status === 'pending' ? 'candle' : one.status === 'lifted' ? 'leaf' : 'plain'}>
          {t(`admin.appeals.statuses.${one.status}`)}
        </Badge>
        {one.restricted_id !== one.user_id && <Badge>{t('admin.appeals.byDevice')}</Badge>}
      </p>
      <blockquote className={styles.quote} dir="auto">
        {one.text}
      </blockquote>
      <p className={styles.facts}>
        <Moment at={one.created_at} />
      </p>
      <p className={styles.facts}>
        {t('admin.appeals.against')}: <span dir="auto">{one.reason}</span> ({nameOf(one.issued_by)})
      </p>
      {one.answer !== null && (
        <>
          <p className={styles.text} dir="auto">
            {one.answer}
          </p>
          <p className={styles.facts}>
            {t('admin.appeals.answeredBy', {
              name: nameOf(one.answered_by),
              when: inWords(one.answered_at ?? one.created_at),
            })}
          </p>
        </>
      )}
      {one.status === 'pending' && (
        <div className={styles.ways}>
          <Button onClick={() => setAnswering(true)}>{t('admin.appeals.answer')}</Button>
        </div>
      )}
      <Dialog
        open={answering}
        title={t('admin.appeals.answerTitle', { name })}
        onClose={() => setAnswering(false)}
      >
        <AnswerForm appeal={one} onDone={() => setAnswering(false)} />
      </Dialog>
    </li>
  );
}
