import { useTranslation } from 'react-i18next';
import { Moment } from '../moment.tsx';
import { useNameOf } from '../nameOf.tsx';
import type { Names, Story } from '../wire.ts';
import styles from './notes.module.css';
import story from './story.module.css';

/** What moderators have written for each other. */
export function Notes({ notes, names }: { notes: Story['notes']; names: Names }) {
  const { t } = useTranslation();
  const nameOf = useNameOf(names);
  return (
    <section className={story.part} aria-labelledby="notes">
      <h2 id="notes">{t('admin.story.notes')}</h2>
      {notes.length === 0 && <p>{t('admin.story.notesNone')}</p>}
      <ul className={styles.notes}>
        {notes.map((note) => (
          <li key={note.id}>
            <p className={styles.text} dir="auto">
              {note.text}
            </p>
            <p className={styles.by}>
              {nameOf(note.author_id)}, <Moment at={note.created_at} />
            </p>
          </li>
        ))}
      </ul>
    </section>
  );
}
