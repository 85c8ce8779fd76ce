import { useTranslation } from 'react-i18next';
import { useReflection } from '../../app/evening.ts';
import { Icon } from '../../components/icon.tsx';
import { LiveVideo } from '../../components/video.tsx';
import styles from './self.module.css';

/** Oneself, small and mirrored, as in the mirror before. */
export function Self({ speaking, aside }: { speaking: boolean; aside: boolean }) {
  const { t } = useTranslation();
  const { stream, hasCamera, hasMicrophone, microphoneOn } = useReflection();
  return (
    <div className={styles.self} data-speaking={speaking || undefined} data-aside={aside || undefined}>
      {hasCamera ? (
        <LiveVideo stream={stream} label={t('call.selfVideo')} muted className={styles.video} />
      ) : (
        <p className={styles.dark}>{t('mirror.asleep')}</p>
      )}
      {(!microphoneOn || !hasMicrophone) && (
        <span
          className={styles.muted}
          role="img"
          aria-label={t('call.unmuteHint')}
          title={t('call.unmuteHint')}
        >
          <Icon name="microphoneOff" size={18} />
        </span>
      )}
    </div>
  );
}
