import { useTranslation } from 'react-i18next';
import { useReflection } from '../../app/evening.ts';
import { LiveVideo } from '../../components/video.tsx';
import styles from './cameraPreview.module.css';

/** The person's own camera between two dates, with a word on who sees it. Nothing while the camera is off. */
export function CameraPreview({ words }: { words: string }) {
  const { t } = useTranslation();
  const { stream, hasCamera } = useReflection();
  if (!hasCamera) return null;
  return (
    <div className={styles.preview}>
      <LiveVideo stream={stream} label={t('mirror.cameraPreview')} muted className={styles.video} />
      <p>{words}</p>
    </div>
  );
}
