import { useTranslation } from 'react-i18next';
import { Button } from '../../../components/button.tsx';
import { Dialog } from '../../../components/dialog.tsx';
import { TextArea } from '../../../components/field.tsx';
import { useDesk } from '../desk.ts';
import styles from '../form.module.css';
import { useDeed } from '../useDeed.ts';
import { useText } from '../useText.ts';

/** A note for other moderators. */
export function NoteDialog({
  flagId,
  open,
  onClose,
}: {
  flagId: string;
  open: boolean;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  return (
    <Dialog open={open} title={t('admin.decide.noteTitle')} onClose={onClose}>
      <NoteForm flagId={flagId} onDone={onClose} />
    </Dialog>
  );
}

function NoteForm({ flagId, onDone }: { flagId: string; onDone: () => void }) {
  const { t } = useTranslation();
  const desk = useDesk();
  const { act, busy, problem } = useDeed();
  const text = useText(t('admin.decide.noteLabel'));
  const submit = async () => {
    if (!text.check()) return;
    if (await act(() => desk.note(flagId, text.value), t('admin.decide.noted'))) onDone();
  };
  return (
    <form
      className={styles.form}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <TextArea {...text.field} data-autofocus />
      {problem}
      <Button type="submit" kind="main" busy={busy}>
        {t('admin.decide.noteSave')}
      </Button>
    </form>
  );
}
