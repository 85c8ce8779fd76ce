import { useState, type RefObject } from 'react';
import { useTranslation } from 'react-i18next';
import type { MatchData } from '../../api/wire.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Switch } from '../../components/switch.tsx';
import { BlockDialog } from '../flag/blockDialog.tsx';
import { Devices } from '../mirror/devices.tsx';
import type { Keys } from './keys.ts';
import styles from './more.module.css';

interface MoreProps {
  match: MatchData;
  remote: RefObject<HTMLVideoElement | null>;
  keys: Keys;
  open: boolean;
  onClose: () => void;
}

/** What is needed once in a date at most. */
export function More({ match, remote, keys, open, onClose }: MoreProps) {
  const { t } = useTranslation();
  const [blocking, setBlocking] = useState(false);
  const { call_session_id: matchId, user_name: name } = match;
  return (
    <>
      <Dialog open={open} title={t('call.more')} onClose={onClose} evening>
        <div className={styles.more}>
          <Devices />
          <div className={styles.ways}>
            {document.pictureInPictureEnabled && (
              <Button
                icon="picture"
                onClick={() => {
                  onClose();
                  // Refused while there is no picture yet; then there is nothing to make small.
                  remote.current?.requestPictureInPicture().catch(() => undefined);
                }}
              >
                {t('call.picture')}
              </Button>
            )}
            <Button
              kind="alarm"
              icon="block"
              onClick={() => {
                onClose();
                setBlocking(true);
              }}
            >
              {t('call.block')}
            </Button>
          </div>
          <KeyList keys={keys} />
        </div>
      </Dialog>
      <BlockDialog matchId={matchId} name={name} open={blocking} onClose={() => setBlocking(false)} evening />
    </>
  );
}

function KeyList({ keys }: { keys: Keys }) {
  const { t } = useTranslation();
  return (
    <section className={styles.keys} aria-labelledby="keys">
      <h3 id="keys">{t('keys.title')}</h3>
      <dl>
        {(['microphone', 'camera', 'talk', 'help'] as const).map((what) => (
          <div key={what}>
            <dt>
              <kbd>
                {what === 'talk' ? t('keys.space') : { microphone: 'M', camera: 'V', help: '?' }[what]}
              </kbd>
            </dt>
            <dd>{t(`keys.${what}`)}</dd>
          </div>
        ))}
      </dl>
      <p>{t('keys.note')}</p>
      <Switch label={t('keys.use')} on={keys.used} onToggle={keys.use} />
    </section>
  );
}
