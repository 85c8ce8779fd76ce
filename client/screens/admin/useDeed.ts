import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useProblem } from '../../app/problem.tsx';
import { confirm } from '../../components/announcer.tsx';

/** One thing that a moderator may do on a screen. */
interface Deed {
  /** Does it; true when it was done. Then it is said, and everything shown here is read again. */
  act: (request: () => Promise<unknown>, said: string) => Promise<boolean>;
  busy: boolean;
  /** What went wrong, if something did. */
  problem: ReactNode;
}

/** Gives a screen a deed: busy while it is under way, and in words where it is refused. */
export function useDeed(): Deed {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const { none, shown } = useProblem();
  const [busy, setBusy] = useState(false);

  const act = useCallback<Deed['act']>(
    async (request, said) => {
      setBusy(true);
      const done = await none(request(), t('admin.decide.problems', { returnObjects: true }));
      if (done) confirm(said);
      void queries.invalidateQueries({ queryKey: ['admin'] }).then(() => setBusy(false));
      return done;
    },
    [none, queries, t],
  );
  return { act, busy, problem: shown };
}
