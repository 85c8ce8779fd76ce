import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../../components/button.tsx';
import { OneOf } from '../../../components/choice.tsx';
import { FieldGroup, TextArea } from '../../../components/field.tsx';
import { useDesk } from '../desk.ts';
import styles from '../form.module.css';
import line from '../line.module.css';
import { useDeed } from '../useDeed.ts';
import { useText } from '../useText.ts';
import type { Appeal, AppealAnswer } from '../wire.ts';

type Decision = AppealAnswer['decision'];
const decisions = ['uphold', 'lift'] as const;

/** The answer to an appeal: it stands or it is lifted, and why. */
export function AnswerForm({ appeal, onDone }: { appeal: Appeal; onDone: () => void }) {
  const { t } = useTranslation();
  const desk = useDesk();
  const { act, busy, problem } = useDeed();
  const [decision, decide] = useState<Decision | null>(null);
  const text = useText(t('admin.appeals.text'), t('admin.appeals.textHint'));

  const submit = async () => {
    if (decision === null || !text.check()) return;
    const answer = { decision, answer: text.value };
    if (await act(() => desk.answer(appeal.id, answer), t('admin.appeals.answered'))) onDone();
  };
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <blockquote className={line.quote} dir="auto">
        {appeal.text}
      </blockquote>
      <FieldGroup label={t('admin.appeals.decision')}>
        <OneOf
          required
          value={decision}
          onChange={decide}
          options={decisions.map((value) => ({ value, label: t(`admin.appeals.decisions.${value}`) }))}
        />
      </FieldGroup>
      <TextArea {...text.field} />
      {problem}
      <Button type="submit" kind="main" busy={busy} disabled={decision === null}>
        {t('admin.appeals.submit')}
      </Button>
    </form>
  );
}
