import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { rules } from '#core/rules.ts';
import { newKey } from '../../api/key.ts';
import { useDraft } from '../../app/drafts.ts';
import { useApi } from '../../app/house.ts';
import { useProblem } from '../../app/problem.tsx';
import { Button } from '../../components/button.tsx';
import { TextArea } from '../../components/field.tsx';
import styles from './standing.module.css';

const { textShortest, textLongest } = rules.moderation;

/** To object, once: a person who did not decide it reads it. */
export function Appeal({ restrictionId }: { restrictionId: string }) {
  const { t } = useTranslation();
  const api = useApi();
  const queries = useQueryClient();
  const problem = useProblem();
  const [idempotencyKey] = useState(newKey);
  const draft = useDraft(`appeal ${restrictionId}`, { text: '' });
  const { text } = draft.fields;
  const [tooShort, setTooShort] = useState(false);
  const [busy, setBusy] = useState(false);

  const submit = async () => {
    setTooShort(text.trim().length < textShortest);
    if (text.trim().length < textShortest) return;
    setBusy(true);
    const body = { restriction_id: restrictionId, text };
    if (await problem.none(api.send({ method: 'POST', path: '/api/appeals', body, idempotencyKey })))
      draft.saved();
    await queries.invalidateQueries({ queryKey: ['restrictions'] });
    setBusy(false);
  };

  return (
    <form
      className={styles.appeal}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <TextArea
        label={t('restricted.appeal')}
        hint={t('restricted.appealHint')}
        error={tooShort && t('restricted.appealShort', { count: textShortest })}
        maxLength={textLongest}
        value={text}
        onChange={(event) => draft.change({ text: event.target.value })}
      />
      {problem.shown}
      <Button type="submit" busy={busy}>
        {t('restricted.send')}
      </Button>
    </form>
  );
}
