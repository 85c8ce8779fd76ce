import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import type { Profile } from '../../api/wire.ts';
import { useEvening } from '../../app/evening.ts';
import { useApi } from '../../app/house.ts';
import { Button, ButtonLink } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import styles from './settings.module.css';

/** Guest or member, and the way out. */
export function Account({ me }: { me: Profile }) {
  const { t } = useTranslation();
  const api = useApi();
  const { journey, mirror } = useEvening();
  const navigate = useNavigate();
  const [asking, setAsking] = useState(false);
  const guest = me.kind === 'guest';

  const leave = async () => {
    if (journey.getSnapshot().sessionId !== null) await journey.end().catch(() => undefined); // we go all the same
    mirror.close();
    await navigate('/');
    await api.logout().catch(() => undefined); // the tokens are forgotten here, whatever the server says
  };

  return (
    <section className={styles.part} aria-labelledby="account">
      <h2 id="account">{t('settings.account')}</h2>
      <p>{guest ? t('settings.guest') : t('settings.member', { email: me.email ?? '' })}</p>
      <div className={styles.ways}>
        {guest && (
          <ButtonLink to="/register" kind="main">
            {t('settings.keep')}
          </ButtonLink>
        )}
        <Button onClick={() => (guest ? setAsking(true) : void leave())}>
          {guest ? t('settings.signOutGuest') : t('settings.signOut')}
        </Button>
      </div>
      <Dialog open={asking} title={t('settings.signOutTitle')} onClose={() => setAsking(false)}>
        <p className={styles.dialogText}>{t('settings.signOutText')}</p>
        <div className={styles.ways}>
          <Button kind="alarm" onClick={() => void leave()}>
            {t('settings.signOutGuest')}
          </Button>
          <Button kind="quiet" onClick={() => setAsking(false)}>
            {t('cancel')}
          </Button>
        </div>
      </Dialog>
    </section>
  );
}
