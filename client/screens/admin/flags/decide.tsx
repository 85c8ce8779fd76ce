import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { Button } from '../../../components/button.tsx';
import { useDesk } from '../desk.ts';
import { inWords } from '../moment.tsx';
import { useNameOf } from '../nameOf.tsx';
import { Shortcuts, type Shortcut } from '../shortcuts.tsx';
import { useStaff } from '../staff.ts';
import { useDeed } from '../useDeed.ts';
import type { Story } from '../wire.ts';
import { claimOf } from './claimOf.ts';
import styles from './decide.module.css';
import { DismissDialog } from './dismissDialog.tsx';
import { NoteDialog } from './noteDialog.tsx';
import { ResolveDialog } from './resolveDialog.tsx';

type Ask = 'resolve' | 'dismiss' | 'note';

/** What may be done about a case now, by buttons and by keys. */
export function Decide({ story }: { story: Story }) {
  const { t } = useTranslation();
  const desk = useDesk();
  const navigate = useNavigate();
  const { act, busy, problem } = useDeed();
  const [asking, setAsking] = useState<Ask | null>(null);
  const { flag } = story;
  const claimedBy = claimOf(flag);
  const mine = claimedBy === useStaff().id;
  const isOpen = flag.status === 'pending';
  const mayClaim = isOpen && claimedBy === null;
  const mayClose = isOpen && mine;

  const keys = useMemo(() => {
    const claim = () => void act(() => desk.claim(flag.id), t('admin.decide.claimed'));
    const all: (Shortcut | false)[] = [
      mayClaim && { key: 'C', label: t('admin.keys.claim'), run: claim },
      mayClose && { key: 'R', label: t('admin.keys.resolve'), run: () => setAsking('resolve') },
      mayClose && { key: 'D', label: t('admin.keys.dismiss'), run: () => setAsking('dismiss') },
      { key: 'N', label: t('admin.keys.note'), run: () => setAsking('note') },
      {
        key: 'U',
        label: t('admin.keys.back'),
        run: () => void navigate('/admin/flags', { state: { last: flag.id } }),
      },
    ];
    return all.filter((one) => one !== false);
  }, [act, desk, flag.id, mayClaim, mayClose, navigate, t]);
  const press = (key: string) => keys.find((one) => one.key === key)?.run?.();

  const close = () => setAsking(null);
  const done = () => void navigate('/admin/flags');
  return (
    <section className={styles.decide} aria-labelledby="decide">
      <h2 id="decide">{t('admin.decide.title')}</h2>
      <State story={story} claimedBy={claimedBy} />
      {problem}
      <div className={styles.ways}>
        {mayClaim && (
          <Button kind="main" busy={busy} onClick={() => press('C')}>
            {t('admin.decide.claim')}
          </Button>
        )}
        {mayClose && (
          <>
            <Button kind="main" onClick={() => setAsking('resolve')}>
              {t('admin.decide.resolve')}
            </Button>
            <Button onClick={() => setAsking('dismiss')}>{t('admin.decide.dismiss')}</Button>
          </>
        )}
        <Button onClick={() => setAsking('note')}>{t('admin.decide.note')}</Button>
      </div>
      <Shortcuts keys={keys} />
      <ResolveDialog flag={flag} open={asking === 'resolve'} onClose={close} onDone={done} />
      <DismissDialog flagId={flag.id} open={asking === 'dismiss'} onClose={close} onDone={done} />
      <NoteDialog flagId={flag.id} open={asking === 'note'} onClose={close} />
    </section>
  );
}

function State({ story: { flag, merged, names }, claimedBy }: { story: Story; claimedBy: string | null }) {
  const { t } = useTranslation();
  const staff = useStaff();
  const nameOf = useNameOf(names);
  if (flag.status !== 'pending') {
    return (
      <p>
        {t('admin.story.closed', {
          name: nameOf(flag.closed_by),
          when: inWords(flag.closed_at ?? flag.updated_at),
          outcome: t(`admin.story.outcomes.${flag.outcome ?? 'none'}`),
        })}
      </p>
    );
  }
  if (claimedBy === null) return <p>{t('admin.decide.open')}</p>;
  if (claimedBy !== staff.id) return <p>{t('admin.decide.theirs', { name: nameOf(claimedBy) })}</p>;
  const count = [flag, ...merged].filter((one) => one.claimed_by === staff.id).length;
  return <p>{t('admin.decide.mine', { count })}</p>;
}
