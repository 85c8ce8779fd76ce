import { useTranslation } from 'react-i18next';
import { Dialog } from '../../../components/dialog.tsx';
import { useDesk } from '../desk.ts';
import { SanctionForm } from '../sanctionForm.tsx';
import { useDeed } from '../useDeed.ts';
import type { Story } from '../wire.ts';

/** Closes what one has claimed of a case, with what follows for the person. */
export function ResolveDialog({
  flag,
  open,
  onClose,
  onDone,
}: {
  flag: Story['flag'];
  open: boolean;
  onClose: () => void;
  onDone: () => void;
}) {
  const { t } = useTranslation();
  const desk = useDesk();
  const { act, busy, problem } = useDeed();
  return (
    <Dialog open={open} title={t('admin.sanction.title')} onClose={onClose}>
      <SanctionForm
        actions={['none', 'warn', 'restrict']}
        category={flag.category}
        busy={busy}
        problem={problem}
        onSubmit={async (sanction) => {
          const permanent = sanction.action === 'restrict' && sanction.hours === null;
          const said = t(permanent ? 'admin.decide.awaits' : 'admin.decide.resolved');
          if (await act(() => desk.resolve(flag.id, sanction), said)) onDone();
        }}
      />
    </Dialog>
  );
}
