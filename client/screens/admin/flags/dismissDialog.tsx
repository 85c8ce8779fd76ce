import { useTranslation } from 'react-i18next';
import { AskDialog } from '../askDialog.tsx';
import { useDesk } from '../desk.ts';

/** Closes what one has claimed of a case: there is nothing to it. */
export function DismissDialog({
  flagId,
  open,
  onClose,
  onDone,
}: {
  flagId: string;
  open: boolean;
  onClose: () => void;
  onDone: () => void;
}) {
  const { t } = useTranslation();
  const desk = useDesk();
  return (
    <AskDialog
      open={open}
      title={t('admin.decide.dismissTitle')}
      text={t('admin.decide.dismissText')}
      confirm={t('admin.decide.dismiss')}
      said={t('admin.decide.dismissed')}
      deed={() => desk.dismiss(flagId)}
      onClose={onClose}
      onDone={onDone}
    />
  );
}
