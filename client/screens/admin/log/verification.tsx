import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useProblemWords } from '../../../app/problem.tsx';
import { Button } from '../../../components/button.tsx';
import { TextField } from '../../../components/field.tsx';
import { useDesk } from '../desk.ts';
import type { Verification as Verdict } from '../wire.ts';
import styles from './verification.module.css';

/** Whether the log is whole: its chain is recomputed on the server when this is opened, and whenever it is asked. */
export function Verification() {
  const { t } = useTranslation();
  const desk = useDesk();
  const words = useProblemWords();
  const [text, setText] = useState('');
  const [known, setKnown] = useState<string | undefined>();
  const [isWrong, setWrong] = useState(false);
  const check = useQuery({
    queryKey: ['admin', 'verification', known],
    queryFn: () => desk.verify(known),
    staleTime: Infinity,
  });

  const again = () => {
    const hash = text.trim().toLowerCase();
    setWrong(hash !== '' && !/^[0-9a-f]{64}$/.test(hash));
    if (hash !== '' && !/^[0-9a-f]{64}$/.test(hash)) return;
    if ((hash || undefined) === known) void check.refetch();
    else setKnown(hash || undefined);
  };
  return (
    <section className={styles.verification}>
      <div role="status">
        {check.isFetching ? (
          <p>{t('admin.log.checking')}</p>
        ) : check.data ? (
          <Said verdict={check.data} />
        ) : (
          <p>{words(check.error)}</p>
        )}
      </div>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          again();
        }}
      >
        <TextField
          label={t('admin.log.known')}
          hint={t('admin.log.knownHint')}
          error={isWrong && t('admin.log.knownWrong')}
          autoComplete="off"
          spellCheck={false}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
        <Button type="submit">{t('admin.log.check')}</Button>
      </form>
    </section>
  );
}

function Said({ verdict: { entries, head, broken_at, contains_known } }: { verdict: Verdict }) {
  const { t } = useTranslation();
  if (broken_at !== null)
    return <p className={styles.broken}>{t('admin.log.broken', { count: broken_at })}</p>;
  return (
    <>
      <p className={styles.whole}>
        {entries === 0 ? t('admin.log.wholeNone') : t('admin.log.whole', { count: entries })}
      </p>
      {contains_known === true && <p className={styles.whole}>{t('admin.log.contains')}</p>}
      {contains_known === false && <p className={styles.broken}>{t('admin.log.containsNot')}</p>}
      {entries > 0 && (
        <p className={styles.head}>
          {t('admin.log.head')} <code>{head}</code>
        </p>
      )}
    </>
  );
}
