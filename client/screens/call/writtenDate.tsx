import { useTranslation } from 'react-i18next';
import type { MatchData } from '../../api/wire.ts';
import type { Call, CallSnapshot } from '../../call/engine.ts';
import { Banner } from './banner.tsx';
import { Chat } from './chat.tsx';
import { Ways } from './controls.tsx';
import { Partner } from './partner.tsx';
import { Timer } from './timer.tsx';
import styles from './writtenDate.module.css';

interface WrittenDateProps {
  call: Call;
  snapshot: CallSnapshot;
  match: MatchData;
}

/** Three minutes in writing: the chat is the date. */
export function WrittenDate({ call, snapshot, match }: WrittenDateProps) {
  const { t } = useTranslation();
  const name = match.user_name;
  const begun = snapshot.remainingMs !== null;
  return (
    <div className={styles.date}>
      <div className={styles.top}>
        <Partner match={match} snapshot={snapshot} />
        <Timer left={snapshot.remainingMs} />
      </div>
      <Banner snapshot={snapshot} name={name} />
      <div className={styles.chat}>
        <Chat
          call={call}
          messages={snapshot.messages}
          name={name}
          empty={begun ? t('chat.emptyText') : t('call.partnerAway', { name })}
          disabled={!begun}
        />
      </div>
      <Ways />
    </div>
  );
}
