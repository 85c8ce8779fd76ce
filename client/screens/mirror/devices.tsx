import { useTranslation } from 'react-i18next';
import { useMirror, useReflection } from '../../app/evening.ts';
import { Select } from '../../components/field.tsx';
import { Switch } from '../../components/switch.tsx';
import type { Device } from '../../media/devices.ts';
import styles from './devices.module.css';

/** Which camera, which microphone, and what is behind the person. Used in the mirror and during a date. */
export function Devices() {
  const { t } = useTranslation();
  const mirror = useMirror();
  const { stream, cameras, microphones, cameraId, microphoneId, blur, blurOffered } = useReflection();
  const used = (kind: 'audio' | 'video') =>
    stream
      ?.getTracks()
      .find((track) => track.kind === kind)
      ?.getSettings().deviceId ?? '';
  return (
    <div className={styles.devices}>
      {cameras.length > 0 && (
        <Select
          label={t('mirror.camera')}
          value={used('video') || (cameraId ?? '')}
          onChange={(event) => void mirror.chooseCamera(event.target.value)}
        >
          {cameras.map(option)}
        </Select>
      )}
      {microphones.length > 0 && (
        <Select
          label={t('mirror.microphone')}
          hint={t('mirror.levelHint')}
          value={used('audio') || (microphoneId ?? '')}
          onChange={(event) => void mirror.chooseMicrophone(event.target.value)}
        >
          {microphones.map(option)}
        </Select>
      )}
      {blurOffered && (
        <Switch label={t('mirror.blur')} on={blur} onToggle={(on) => void mirror.setBlur(on)} />
      )}
    </div>
  );
}

const option = ({ id, label }: Device) => (
  <option key={id} value={id}>
    {label}
  </option>
);
