import { useTranslation } from 'react-i18next';
import type { MatchData } from '../../api/wire.ts';
import type { CallSnapshot } from '../../call/engine.ts';
import { Icon } from '../../components/icon.tsx';
import { NameAndAge } from '../../components/nameAndAge.tsx';
import { Tags } from '../../components/tags.tsx';
import { useFlagging } from '../flag/flagging.ts';
import styles from './partner.module.css';

interface PartnerProps {
  match: MatchData;
  snapshot: Pick<CallSnapshot, 'peer' | 'quality'>;
}

/** Who sits opposite, and what to talk about. */
export function Partner({ match, snapshot }: PartnerProps) {
  const { t } = useTranslation();
  const flagging = useFlagging();
  const { user_name: name, user_age: age, matched_topics: topics, user_interests: interests } = match;
  const shown = topics.length > 0 ? topics : interests.slice(0, 3);
  return (
    <div className={styles.partner}>
      <div className={styles.line}>
        <p className={styles.name}>
          <NameAndAge name={name} age={age} />
        </p>
        {match.mode === 'video' && <Quality dots={snapshot.quality} />}
        {!snapshot.peer.microphone && snapshot.peer.joined && match.mode === 'video' && (
          <span role="img" aria-label={t('call.partnerMuted', { name })} className={styles.muted}>
            <Icon name="microphoneOff" size={18} />
          </span>
        )}
        <button
          type="button"
          className={styles.flag}
          aria-label={t('call.flag')}
          title={t('call.flag')}
          onClick={() => flagging.flag(match.call_session_id, name)}
        >
          <Icon name="flag" size={20} />
        </button>
      </div>
      <p className={styles.fit}>
        <span aria-hidden="true">{t('call.fit', { score: match.compatibility_score })}</span>
        <span className="hidden">{t('call.fitLong', { score: match.compatibility_score })}</span>
        {shown.length > 0 && ' · '}
        {shown.length > 0 && (topics.length > 0 ? t('call.topics') : t('call.interests', { name }))}
      </p>
      <Tags
        tags={shown}
        common={topics}
        label={topics.length > 0 ? t('call.topics') : t('call.interests', { name })}
      />
    </div>
  );
}

const levels = ['poor', 'poor', 'fair', 'good'] as const;

/** How good the line is: three dots, and a word for whoever does not see them. */
function Quality({ dots }: { dots: CallSnapshot['quality'] }) {
  const { t } = useTranslation();
  const label = t(`call.quality.${dots === null ? 'none' : levels[dots]}`);
  return (
    <span
      className={styles.quality}
      role="img"
      aria-label={label}
      title={label}
      data-dots={dots ?? undefined}
    >
      {[1, 2, 3].map((dot) => (
        <span key={dot} data-on={dot <= (dots ?? 0) || undefined} />
      ))}
    </span>
  );
}
