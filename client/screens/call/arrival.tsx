import { useTranslation } from 'react-i18next';
import type { MatchData } from '../../api/wire.ts';
import { FloorFigure } from '../../components/figure.tsx';
import { NameAndAge } from '../../components/nameAndAge.tsx';
import { Tags } from '../../components/tags.tsx';
import styles from './arrival.module.css';

/** Who is about to be there: read while the line is set up, which takes a blink or a few seconds. */
export function Arrival({ match, hint }: { match: MatchData; hint?: string | undefined }) {
  const { t } = useTranslation();
  const {
    user_name: name,
    user_age: age,
    user_bio: bio,
    matched_topics: topics,
    user_interests: interests,
  } = match;
  return (
    <div className={styles.arrival}>
      <FloorFigure motion="danced" className={styles.figure} />
      <p className={styles.comes}>{t('call.connecting', { name })}</p>
      <p className={styles.name}>
        <NameAndAge name={name} age={age} />
      </p>
      {bio && <p className={styles.bio}>{bio}</p>}
      <Tags
        tags={topics.length > 0 ? topics : interests.slice(0, 5)}
        common={topics}
        label={topics.length > 0 ? t('call.topics') : t('call.interests', { name })}
      />
      <p className={styles.hint} role="status">
        {hint ?? t('call.connectingHint')}
      </p>
    </div>
  );
}
