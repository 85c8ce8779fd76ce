import { useTranslation } from 'react-i18next';
import type { CallSnapshot } from '../../call/engine.ts';
import type { Failure } from '../../media/failure.ts';
import styles from './banner.module.css';

interface BannerProps {
  snapshot: Pick<CallSnapshot, 'phase' | 'peer'>;
  name: string;
  failure?: Failure | null;
}

/** What is not as it should be, and that somebody is at it. */
export function Banner({ snapshot, name, failure = null }: BannerProps) {
  const { t } = useTranslation();
  const { phase, peer } = snapshot;
  const text =
    phase === 'reconnecting'
      ? peer.joined
        ? t('call.reconnecting')
        : t('call.partnerAway', { name })
      : failure
        ? t(`mirror.help.${failure}.title`)
        : '';
  return (
    <div role="status" className={text ? styles.banner : 'hidden'} data-phase={phase}>
      {text}
    </div>
  );
}
