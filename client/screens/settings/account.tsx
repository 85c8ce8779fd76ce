import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Profile } from '../../api/wire.ts';
import { useEvening } from '../../app/evening.ts';
import { useApi } from '../../app/house.ts';
import { useProblem, useProblemWords } from '../../app/problem.tsx';
import { Button, ButtonLink } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import styles from './settings.module.css';

/** Guest or member, what is held about them, and the ways out. */
export function Account({ me }: { me: Profile }) {
  const { t } = useTranslation();
  const api = useApi();
  const [asking, setAsking] = useState(false);
  const stop = useStop();
  const guest = me.kind === 'guest';

  const signOut = async () => {
    await stop();
    await api.logout().catch(() => undefined); // the tokens are forgotten here, whatever the server says
  };

  return (
    <section className={styles.part} aria-labelledby="account">
      <h2 id="account">{t('settings.account')}</h2>
      <p>{guest ? t('settings.guest') : t('settings.member', { email: me.email ?? '' })}</p>
      <div className={styles.ways}>
        {guest ? (
          <ButtonLink to="/register" kind="main">
            {t('settings.keep')}
          </ButtonLink>
        ) : (
          <Button onClick={() => void signOut()}>{t('settings.signOut')}</Button>
        )}
        <Export />
        <Button kind="alarm" onClick={() => setAsking(true)}>
          {guest ? t('settings.eraseGuest') : t('settings.erase')}
        </Button>
      </div>
      <EraseDialog guest={guest} open={asking} onClose={() => setAsking(false)} />
    </section>
  );
}

/** What is going on ends before somebody goes. */
function useStop(): () => Promise<void> {
  const { journey, mirror } = useEvening();
  return async () => {
    if (journey.getSnapshot().sessionId !== null) await journey.end().catch(() => undefined); // we go all the same
    mirror.close();
  };
}

/** Everything that is held about somebody, as a file. */
function Export() {
  const { t } = useTranslation();
  const api = useApi();
  const words = useProblemWords();
  const save = useMutation({ mutationFn: async () => download('minuet-data.json', await api.exportMe()) });
  return (
    <>
      <Button busy={save.isPending} onClick={() => save.mutate()}>
        {save.isPending ? t('settings.exporting') : t('settings.export')}
      </Button>
      {save.error && <p role="alert">{words(save.error)}</p>}
    </>
  );
}

function download(name: string, content: object): void {
  const address = URL.createObjectURL(
    new Blob([JSON.stringify(content, null, 2)], { type: 'application/json' }),
  );
  const link = Object.assign(document.createElement('a'), { href: address, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000); // some browsers read it only now
}

interface EraseDialogProps {
  guest: boolean;
  open: boolean;
  onClose: () => void;
}

/** The one thing that cannot be undone is asked twice. */
function EraseDialog({ guest, open, onClose }: EraseDialogProps) {
  const { t } = useTranslation();
  const api = useApi();
  const stop = useStop();
  const problem = useProblem();
  const [busy, setBusy] = useState(false);
  const erase = async () => {
    setBusy(true);
    await stop();
    await problem.none(api.eraseMe());
    setBusy(false);
  };
  return (
    <Dialog
      open={open}
      title={guest ? t('settings.eraseGuestTitle') : t('settings.eraseTitle')}
      onClose={onClose}
    >
      <p className={styles.dialogText}>{guest ? t('settings.eraseGuestText') : t('settings.eraseText')}</p>
      {problem.shown}
      <div className={styles.ways}>
        <Button kind="alarm" busy={busy} onClick={() => void erase()}>
          {guest ? t('settings.eraseGuest') : t('settings.erase')}
        </Button>
        <Button kind="quiet" onClick={onClose}>
          {t('cancel')}
        </Button>
      </div>
    </Dialog>
  );
}
