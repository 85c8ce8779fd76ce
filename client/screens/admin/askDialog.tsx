import { useTranslation } from 'react-i18next';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import styles from './form.module.css';
import { useDeed } from './useDeed.ts';

interface AskProps {
  open: boolean;
  title: string;
  text: string;
  /** The button that does it. */
  confirm: string;
  /** What is said when it is done. */
  said: string;
  deed: () => Promise<unknown>;
  onClose: () => void;
  onDone?: () => void;
}

/** Asks once more before something is done. */
export function AskDialog({ open, title, text, confirm, said, deed, onClose, onDone = onClose }: AskProps) {
  const { t } = useTranslation();
  const { act, busy, problem } = useDeed();
  return (
    <Dialog open={open} title={title} onClose={onClose}>
      <div className={styles.form}>
        <p>{text}</p>
        {problem}
        <div className={styles.ways}>
          <Button
            kind="main"
            busy={busy}
            data-autofocus
            onClick={() => void act(deed, said).then((done) => done && onDone())}
          >
            {confirm}
          </Button>
          <Button kind="quiet" onClick={onClose}>
            {t('cancel')}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
