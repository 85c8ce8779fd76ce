import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useApi } from '../../app/house.ts';
import { useProblemWords } from '../../app/problem.tsx';
import { confirm } from '../../components/announcer.tsx';
import { Button } from '../../components/button.tsx';
import styles from './settings.module.css';

/** People that are kept away, and the way to change one's mind; `fixed` for somebody who may only read. */
export function Blocked({ fixed }: { fixed: boolean }) {
  const { t } = useTranslation();
  const api = useApi();
  const queries = useQueryClient();
  const words = useProblemWords();
  const blocks = useQuery({ queryKey: ['blocks'], queryFn: () => api.blocks() });
  const unblock = useMutation({
    mutationFn: ({ id }: { id: string; name: string }) => api.unblock(id),
    onSuccess: (_nothing, { name }) => {
      confirm(t('settings.unblocked', { name }));
      return queries.invalidateQueries({ queryKey: ['blocks'] });
    },
  });
  const list = blocks.data?.blocks ?? [];
  const problem = blocks.error ?? unblock.error;
  return (
    <section className={styles.part} aria-labelledby="blocked">
      <h2 id="blocked">{t('settings.blocked')}</h2>
      {blocks.data && list.length === 0 && <p>{t('settings.blockedNone')}</p>}
      {problem && <p role="alert">{words(problem)}</p>}
      <ul className={styles.blocked}>
        {list.map(({ id, display_name }) => {
          const name = display_name ?? t('settings.someone');
          return (
            <li key={id}>
              <span>{name}</span>
              {!fixed && (
                <Button
                  busy={unblock.isPending}
                  aria-label={t('settings.unblockName', { name })}
                  onClick={() => unblock.mutate({ id, name })}
                >
                  {t('settings.unblock')}
                </Button>
              )}
            </li>
          );
        })}
      </ul>
    </section>
  );
}
