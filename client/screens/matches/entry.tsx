import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { rules } from '#core/rules.ts';
import type { Match } from '../../api/wire.ts';
import { clockTime } from '../../app/ticking.ts';
import { Icon } from '../../components/icon.tsx';
import { NameAndAge } from '../../components/nameAndAge.tsx';
import { Tags } from '../../components/tags.tsx';
import { BlockDialog } from '../flag/blockDialog.tsx';
import { useFlagging } from '../flag/flagging.ts';
import { Timeline } from './timeline.tsx';
import styles from './entry.module.css';

const when = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

/** One line of the dance card; `fixed` for somebody who may only read. */
export function Entry({ match, fixed }: { match: Match; fixed: boolean }) {
  const { t } = useTranslation();
  const { partner, mutual } = match;
  const name = partner?.user_name ?? t('matches.gone');
  return (
    <li className={mutual ? styles.mutual : styles.entry}>
      <div className={styles.who}>
        <h2>{partner ? <NameAndAge name={name} age={partner.user_age} /> : name}</h2>
        <p className={styles.when}>
          <time dateTime={match.matched_at}>{when.format(new Date(match.matched_at))}</time>
          {' · '}
          {t('matches.lasted', { time: clockTime((match.duration_seconds ?? 0) * 1000) })}{' '}
          {t(match.mode === 'text' ? 'matches.text' : 'matches.video')}
        </p>
        {partner?.user_bio && <p className={styles.bio}>{partner.user_bio}</p>}
        <Tags tags={match.matched_topics} common={match.matched_topics} label={t('call.topics')} />
      </div>
      <div className={styles.outcome}>
        {mutual ? (
          <p className={styles.both}>
            <Icon name="heart" size={18} /> {t('matches.both')}
          </p>
        ) : (
          match.my_decision && <p>{t(`matches.mine.${match.my_decision}`)}</p>
        )}
        {mutual && partner && (
          <p className={styles.contact}>
            <span>{partner.contact_handle ? t('matches.contact', { name }) : t('matches.noContact')}</span>
            {partner.contact_handle && <strong>{partner.contact_handle}</strong>}
          </p>
        )}
        {partner && !fixed && <Safety match={match} name={name} />}
      </div>
      <Timeline match={match} name={name} />
    </li>
  );
}

function Safety({ match, name }: { match: Match; name: string }) {
  const { t } = useTranslation();
  const flagging = useFlagging();
  const [blocking, setBlocking] = useState(false);
  const [openedAt] = useState(() => Date.now());
  const mayFlag = openedAt - Date.parse(match.ended_at ?? '') < rules.flagWithinMinutes * 60_000;
  return (
    <div className={styles.safety}>
      {mayFlag && (
        <button
          type="button"
          aria-label={t('matches.report', { name })}
          title={t('matches.report', { name })}
          onClick={() => flagging.flag(match.match_id, name)}
        >
          <Icon name="flag" size={20} />
        </button>
      )}
      <button
        type="button"
        aria-label={t('matches.block', { name })}
        title={t('matches.block', { name })}
        onClick={() => setBlocking(true)}
      >
        <Icon name="block" size={20} />
      </button>
      <BlockDialog matchId={match.match_id} name={name} open={blocking} onClose={() => setBlocking(false)} />
    </div>
  );
}
