import { useTranslation } from 'react-i18next';
import type { MatchData } from '../../api/wire.ts';
import type { Call, CallSnapshot } from '../../call/engine.ts';
import { Banner } from './banner.tsx';
import { Chat, type Draft } from './chat.tsx';
import { Ways } from './controls.tsx';
import { Partner } from './partner.tsx';
import { Timer } from './timer.tsx';
import styles from './writtenDate.module.css';

interface WrittenDateProps {
  call: Call;
  snapshot: CallSnapshot;
  match: MatchData;
  draft: Draft;
}

/** Three minutes in writing: the chat is the date. */
export function WrittenDate({ call, snapshot, match, draft }: WrittenDateProps) {
  const { t } = useTranslation();
  const name = match.user_name;
  const begun = snapshot.remainingMs !== null;
  return (
    <div className={styles.date}>
      <div className={styles.top}>
        <Partner match={match} snapshot={snapshot} />
        <Timer left={snapshot.remainingMs} ofSeconds={match.round_seconds} />
      </div>
      {snapshot.phase === 'failed' ? (
        <p role="status" className={styles.instead}>
          {t('call.failedText')}
        </p>
      ) : (
        <Banner snapshot={snapshot} name={name} />
      )}
      <div className={styles.chat}>
        <Chat
          call={call}
          messages={snapshot.messages}
          name={name}
          draft={draft}
          empty={
            begun
              ? snapshot.phase === 'failed'
                ? t('chat.empty')
                : t('chat.emptyText')
              : t('call.partnerAway', { name })
          }
          disabled={!begun}
        />
      </div>
      <Ways />
    </div>
  );
}
