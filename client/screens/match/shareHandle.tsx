import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { rules } from '#core/rules.ts';
import { useDraft } from '../../app/drafts.ts';
import { useApi } from '../../app/house.ts';
import { useProblem, type ProblemSpot } from '../../app/problem.tsx';
import { Button } from '../../components/button.tsx';
import { TextField } from '../../components/field.tsx';
import styles from './matchMoment.module.css';

/** Saying how one may be reached, for somebody who has not said it yet. */
export interface Handle {
  /** Null until it is known, then what the person has shared, or an empty string. */
  shared: string | null;
  /** What stands in the field. */
  text: string;
  write: (text: string) => void;
  /** Shares what stands in the field. @returns whether it was saved */
  share: () => Promise<boolean>;
  /** Whether something stands in the field that nobody would see. */
  isUnshared: boolean;
  problem: ProblemSpot;
}

/** Keeps what stands in the field, whatever is shown around it. */
export function useHandle(): Handle {
  const api = useApi();
  const queries = useQueryClient();
  const problem = useProblem();
  const me = useQuery({ queryKey: ['me'], queryFn: () => api.me() });
  const draft = useDraft('handle', { text: '' });
  const { text } = draft.fields;
  const shared = me.data ? (me.data.contact_handle ?? '') : null;
  const share = () =>
    problem.none(
      api.updateMe({ contact_handle: text.trim() }).then((changed) => {
        draft.saved();
        queries.setQueryData(['me'], changed);
      }),
    );
  const write = (typed: string) => draft.change({ text: typed });
  return { shared, text, write, share, isUnshared: shared === '' && text.trim() !== '', problem };
}

interface ShareHandleProps {
  handle: Handle;
  label: string;
  hint?: string;
}

/** The field for it, and its button once something stands in it. */
export function ShareHandle({ handle, label, hint }: ShareHandleProps) {
  const { t } = useTranslation();
  return (
    <form
      className={styles.own}
      onSubmit={(event) => {
        event.preventDefault();
        if (handle.isUnshared) void handle.share();
      }}
    >
      <TextField
        label={label}
        hint={hint}
        placeholder={t('person.contactPlaceholder')}
        maxLength={rules.contactHandleLength}
        autoComplete="off"
        value={handle.text}
        onChange={(event) => handle.write(event.target.value)}
      />
      {handle.isUnshared && <Button type="submit">{t('match.save')}</Button>}
      {handle.problem.shown}
    </form>
  );
}
