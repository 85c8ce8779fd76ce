import { useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useJourney } from '../../app/evening.ts';
import { useProblem } from '../../app/problem.tsx';
import { confirm } from '../../components/announcer.tsx';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import styles from './flag.module.css';

interface BlockDialogProps {
  matchId: string;
  name: string;
  open: boolean;
  onClose: () => void;
  /** During a date, which ends with it. */
  evening?: boolean;
}

/** Never to meet somebody again: asked once, since neither of the two finds the other any more. */
export function BlockDialog({ matchId, name, open, onClose, evening = false }: BlockDialogProps) {
  const { t } = useTranslation();
  const journey = useJourney();
  const queries = useQueryClient();
  const problem = useProblem();
  const block = async () => {
    if (!(await problem.none(journey.block(matchId)))) return;
    confirm(t('matches.blocked', { name }));
    onClose();
    await queries.invalidateQueries({ queryKey: ['matches'] });
    await queries.invalidateQueries({ queryKey: ['blocks'] });
  };
  return (
    <Dialog open={open} title={t('block.title', { name })} onClose={onClose} evening={evening}>
      <div className={styles.form}>
        <p>{t(evening ? 'block.textInDate' : 'block.text')}</p>
        {problem.shown}
        <div className={styles.ways}>
          <Button kind="alarm" icon="block" onClick={() => void block()}>
            {t('block.confirm')}
          </Button>
          <Button kind="quiet" onClick={onClose}>
            {t('cancel')}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
