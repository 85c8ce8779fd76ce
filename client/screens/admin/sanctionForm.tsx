import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { flagCategories, type FlagCategory } from '#core/rules.ts';
import { Button } from '../../components/button.tsx';
import { OneOf } from '../../components/choice.tsx';
import { FieldGroup, Select, TextArea } from '../../components/field.tsx';
import styles from './form.module.css';
import { useText } from './useText.ts';
import type { Resolution } from './wire.ts';

type Action = Resolution['action'];

/** What a moderator has decided about somebody. */
interface Sanction {
  action: Action;
  /** Null: for good. */
  hours: number | null;
  category: FlagCategory | null;
  reason?: string;
}

interface SanctionProps {
  actions: readonly Action[];
  category: FlagCategory | null;
  busy: boolean;
  problem: ReactNode;
  onSubmit: (sanction: Sanction) => Promise<void>;
}

const terms = ['24', '72', '168', '720', 'good'] as const;

/** What follows for a person: nothing, a warning, a restriction; for how long, and what they are told. */
export function SanctionForm({ actions, category: given, busy, problem, onSubmit }: SanctionProps) {
  const { t } = useTranslation();
  const [action, setAction] = useState<Action | null>(null);
  const [term, setTerm] = useState<(typeof terms)[number]>('24');
  const [category, setCategory] = useState<FlagCategory | null>(given);
  const reason = useText(t('admin.sanction.reason'), t('admin.sanction.reasonHint'));

  const submit = async () => {
    if (action === null || (action !== 'none' && !reason.check())) return;
    await onSubmit({
      ...{ action, category, hours: term === 'good' ? null : Number(term) },
      ...(action !== 'none' && { reason: reason.value }),
    });
  };

  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <FieldGroup label={t('admin.sanction.action')}>
        <OneOf
          required
          value={action}
          onChange={setAction}
          options={actions.map((value) => ({ value, label: t(`admin.sanction.actions.${value}`) }))}
        />
      </FieldGroup>
      {action === 'restrict' && (
        <FieldGroup label={t('admin.sanction.hours')} hint={term === 'good' && t('admin.sanction.goodHint')}>
          <OneOf
            value={term}
            onChange={setTerm}
            options={terms.map((value) => ({ value, label: t(`admin.sanction.terms.${value}`) }))}
          />
        </FieldGroup>
      )}
      {action !== null && action !== 'none' && (
        <>
          <Select
            label={t('admin.sanction.category')}
            value={category ?? ''}
            onChange={(event) =>
              setCategory(flagCategories.find((one) => one === event.target.value) ?? null)
            }
          >
            <option value="">{t('admin.uncategorized')}</option>
            {flagCategories.map((one) => (
              <option key={one} value={one}>
                {t(`flag.categories.${one}`)}
              </option>
            ))}
          </Select>
          <TextArea {...reason.field} />
        </>
      )}
      {problem}
      <Button type="submit" kind="main" busy={busy} disabled={action === null}>
        {t('admin.sanction.submit')}
      </Button>
    </form>
  );
}
