import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { flagCategories, rules, type FlagCategory } from '#core/rules.ts';
import { useApi } from '../../app/house.ts';
import { useProblem } from '../../app/problem.tsx';
import { confirm } from '../../components/announcer.tsx';
import { Button } from '../../components/button.tsx';
import { OneOf } from '../../components/choice.tsx';
import { FieldGroup, TextArea } from '../../components/field.tsx';
import styles from './flag.module.css';

interface FlagFormProps {
  flagId: string;
  name: string;
  onDone: () => void;
}

/** What happened, for whoever looks at the report. The report itself is saved already. */
export function FlagForm({ flagId, name, onDone }: FlagFormProps) {
  const { t } = useTranslation();
  const api = useApi();
  const problem = useProblem();
  const [category, setCategory] = useState<FlagCategory | null>(null);
  const [reason, setReason] = useState('');
  const [tooShort, setTooShort] = useState(false);
  const [busy, setBusy] = useState(false);
  const text = reason.trim();

  const submit = async () => {
    const short = text.length > 0 && text.length < rules.flagReasonShortest;
    setTooShort(short);
    if (short || (text === '' && category === null)) return;
    setBusy(true);
    const amended = api.amendFlag(flagId, { ...(text && { reason: text }), ...(category && { category }) });
    if (await problem.none(amended)) {
      confirm(t('flag.thanks'));
      onDone();
    }
    setBusy(false);
  };

  return (
    <form
      className={styles.form}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <p>{t('flag.saved', { name })}</p>
      <FieldGroup label={t('flag.category')}>
        <OneOf
          value={category}
          onChange={setCategory}
          options={flagCategories.map((value) => ({ value, label: t(`flag.categories.${value}`) }))}
        />
      </FieldGroup>
      <TextArea
        label={t('flag.reason')}
        hint={t('flag.reasonHint')}
        error={tooShort && t('flag.reasonHint')}
        maxLength={rules.flagReasonLongest}
        value={reason}
        onChange={(event) => setReason(event.target.value)}
      />
      {problem.shown}
      <div className={styles.ways}>
        <Button type="submit" kind="main" busy={busy} disabled={text === '' && category === null}>
          {t('flag.send')}
        </Button>
        <Button
          kind="quiet"
          onClick={() => {
            confirm(t('flag.kept'));
            onDone();
          }}
        >
          {t('flag.skip')}
        </Button>
      </div>
    </form>
  );
}
