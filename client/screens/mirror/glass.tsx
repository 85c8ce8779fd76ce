import { useTranslation } from 'react-i18next';
import { useMirror, useReflection } from '../../app/evening.ts';
import { FloorFigure } from '../../components/figure.tsx';
import { Meter } from '../../components/meter.tsx';
import { Toggle } from '../../components/toggle.tsx';
import { LiveVideo } from '../../components/video.tsx';
import styles from './glass.module.css';

/** The mirror itself. */
export function Glass() {
  const { t } = useTranslation();
  const mirror = useMirror();
  const { phase, stream, hasCamera, hasMicrophone, cameraOn, microphoneOn } = useReflection();
  const isOpen = phase === 'open';
  return (
    <div className={styles.frame}>
      <div className={styles.glass}>
        {hasCamera ? (
          <LiveVideo stream={stream} label={t('mirror.cameraPreview')} muted className={styles.video} />
        ) : (
          <div className={styles.dark}>
            <FloorFigure className={styles.figure} />
            <p>
              {!isOpen ? t('mirror.asleep') : hasMicrophone ? t('mirror.noCamera') : t('mirror.noDevices')}
            </p>
          </div>
        )}
        {isOpen && (
          <div className={styles.controls}>
            <Toggle
              on={microphoneOn && hasMicrophone}
              icon="microphone"
              iconOff="microphoneOff"
              label={microphoneOn ? t('call.mute') : t('call.unmute')}
              disabled={!hasMicrophone}
              onToggle={() => mirror.setMicrophone(!microphoneOn)}
            />
            <Toggle
              on={cameraOn && hasCamera}
              icon="camera"
              iconOff="cameraOff"
              label={hasCamera ? t('call.cameraStop') : t('call.cameraStart')}
              onToggle={() => void mirror.setCamera(!hasCamera)}
            />
          </div>
        )}
      </div>
      {isOpen && hasMicrophone && <Meter stream={stream} label={t('mirror.level')} />}
    </div>
  );
}
