import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useMemo, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useJourney } from '../../app/evening.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { FlaggingContext, type Flagging } from './flagging.ts';
import { FlagForm } from './flagForm.tsx';
import styles from './flag.module.css';

interface Case {
  matchId: string;
  name: string;
  /** Null until it is saved. */
  flagId: string | null;
  failed: boolean;
}

/** Takes reports from any screen: saved first, explained afterwards. */
export function FlagDesk({ children }: { children: ReactNode }) {
  const { t } = useTranslation();
  const journey = useJourney();
  const queries = useQueryClient();
  const [open, setOpen] = useState<Case | null>(null);

  const flag = useCallback(
    async (matchId: string, name: string) => {
      setOpen({ matchId, name, flagId: null, failed: false });
      try {
        const { id } = await journey.flag({ matchId });
        setOpen({ matchId, name, flagId: id, failed: false });
        await queries.invalidateQueries({ queryKey: ['matches'] });
        await queries.invalidateQueries({ queryKey: ['blocks'] });
      } catch {
        setOpen({ matchId, name, flagId: null, failed: true });
      }
    },
    [journey, queries],
  );
  const flagging = useMemo<Flagging>(() => ({ flag: (matchId, name) => void flag(matchId, name) }), [flag]);

  return (
    <FlaggingContext value={flagging}>
      {children}
      <Dialog
        open={open !== null}
        title={open?.flagId ? t('flag.title') : t('flag.saving')}
        onClose={() => setOpen(null)}
        evening
      >
        {open?.flagId && <FlagForm flagId={open.flagId} name={open.name} onDone={() => setOpen(null)} />}
        {open?.failed && (
          <div className={styles.form}>
            <p role="alert">{t('flag.failed')}</p>
            <Button kind="alarm" onClick={() => void flag(open.matchId, open.name)}>
              {t('retry')}
            </Button>
          </div>
        )}
      </Dialog>
    </FlaggingContext>
  );
}
