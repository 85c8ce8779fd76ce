import { useTranslation } from 'react-i18next';
import { Moment } from '../moment.tsx';
import type { Story } from '../wire.ts';
import { linesOf } from './evidenceOf.ts';
import styles from './chat.module.css';
import story_ from './story.module.css';

/** What the two wrote to each other, as text and nothing else. */
export function Chat({ story }: { story: Story }) {
  const { t } = useTranslation();
  const { chat, flag, names } = story;
  const lines = chat.length > 0 ? chat : linesOf(flag.evidence);
  return (
    <section className={story_.part} aria-labelledby="chat">
      <h2 id="chat">{t('admin.story.chat')}</h2>
      {lines.length === 0 && <p>{t('admin.story.chatNone')}</p>}
      <ol className={styles.lines}>
        {lines.map((line) => (
          <li key={line.id} className={line.user_id === flag.flagged_id ? styles.flagged : styles.reporter}>
            <p className={styles.who}>
              <span dir="auto">{names[line.user_id] ?? t('admin.gone')}</span>{' '}
              <Moment at={line.created_at} clock />
            </p>
            <p className={styles.text} dir="auto">
              {line.text}
            </p>
          </li>
        ))}
      </ol>
    </section>
  );
}
