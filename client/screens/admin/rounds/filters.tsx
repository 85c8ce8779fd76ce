import { startTransition, useOptimistic, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { endReasons, roundStatuses } from '#core/journey/journey.ts';
import { Button } from '../../../components/button.tsx';
import { Select, TextField } from '../../../components/field.tsx';
import { Switch } from '../../../components/switch.tsx';
import { fromField, modes, toField, type Asked, type Filter } from './asked.ts';
import styles from './rounds.module.css';

/** Folded away where it would stand between a phone and the list. */
export function FoldedFilters({ asked }: { asked: Asked }) {
  const { t } = useTranslation();
  const [open] = useState(() => matchMedia('(min-width: 900px)').matches || Object.keys(asked).length > 0);
  return (
    <details className={styles.fold} open={open}>
      <summary>{t('admin.rounds.filters')}</summary>
      <Filters asked={asked} />
    </details>
  );
}

/** Which rounds to show; it is kept in the address, so that it can be sent to somebody. */
function Filters({ asked }: { asked: Asked }) {
  const { t } = useTranslation();
  const [, setParams] = useSearchParams();
  // Shown at once, whatever the address says yet: a field must not lose what is being typed.
  const [fields, show] = useOptimistic(asked);
  const choose = (next: Asked) =>
    startTransition(() => {
      show(next);
      setParams(next, { replace: true });
    });
  const set = (filter: Filter, value: string | undefined) => {
    const { [filter]: _before, ...others } = fields;
    choose(value ? { ...others, [filter]: value } : others);
  };
  const time = (filter: 'start_time' | 'end_time' | 'active_at', hint?: string) => (
    <TextField
      type="datetime-local"
      label={t(`admin.rounds.${filter}`)}
      hint={hint}
      value={toField(fields[filter])}
      onChange={(event) => set(filter, fromField(event.target.value))}
    />
  );
  return (
    <form
      className={styles.filters}
      aria-label={t('admin.rounds.filters')}
      onSubmit={(event) => event.preventDefault()}
    >
      <Select
        label={t('admin.rounds.status')}
        value={fields.status ?? ''}
        onChange={(event) => set('status', event.target.value)}
      >
        <option value="">{t('admin.everything')}</option>
        {roundStatuses.map((status) => (
          <option key={status} value={status}>
            {t(`admin.rounds.statuses.${status}`)}
          </option>
        ))}
      </Select>
      <Select
        label={t('admin.rounds.mode')}
        value={fields.mode ?? ''}
        onChange={(event) => set('mode', event.target.value)}
      >
        <option value="">{t('admin.everything')}</option>
        {modes.map((mode) => (
          <option key={mode} value={mode}>
            {t(`matches.${mode}`)}
          </option>
        ))}
      </Select>
      <Select
        label={t('admin.rounds.end_reason')}
        value={fields.end_reason ?? ''}
        onChange={(event) => set('end_reason', event.target.value)}
      >
        <option value="">{t('admin.everything')}</option>
        {endReasons.map((reason) => (
          <option key={reason} value={reason}>
            {t(`admin.ends.${reason}`)}
          </option>
        ))}
      </Select>
      {time('start_time')}
      {time('end_time')}
      {time('active_at', t('admin.rounds.activeHint'))}
      <Switch
        label={t('admin.rounds.mutual')}
        on={fields.mutual === 'true'}
        onToggle={(on) => set('mutual', on ? 'true' : undefined)}
      />
      {Object.keys(fields).length > 0 && (
        <Button kind="quiet" onClick={() => choose({})}>
          {t('admin.rounds.clear')}
        </Button>
      )}
    </form>
  );
}
