import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { flagCategories, type FlagCategory } from '#core/rules.ts';
import { inWords, Moment } from '../moment.tsx';
import { PersonLink, useNameOf } from '../nameOf.tsx';
import type { Entry, Names, Role } from '../wire.ts';
import styles from './deeds.module.css';

/** Entries of the log, as one line each. */
export function Deeds({ entries, names }: { entries: readonly Entry[]; names: Names }) {
  return (
    <ol className={styles.deeds}>
      {entries.map((entry) => (
        <Deed key={entry.seq} entry={entry} names={names} />
      ))}
    </ol>
  );
}

/** One entry: who did what about whom. */
export function Deed({ entry, names }: { entry: Entry; names: Names }) {
  const { t } = useTranslation();
  const nameOf = useNameOf(names);
  const details = useDetails()(entry.details);
  const { flag_id: flagId } = entry.details;
  return (
    <li className={styles.deed}>
      <p>
        <span className={styles.seq}>{entry.seq}</span>{' '}
        <strong className={styles.actor}>{nameOf(entry.actor_id)}</strong>{' '}
        {wordsFor(t('admin.log.actions', { returnObjects: true }), entry.action)}
        {entry.subject_id && entry.subject_id !== entry.actor_id && (
          <>
            {': '}
            <PersonLink id={entry.subject_id} names={names} />
          </>
        )}
      </p>
      <p className={styles.facts}>
        <Moment at={entry.at} />
        {typeof flagId === 'string' && (
          <>
            {' · '}
            <Link to={`/admin/flags/${flagId}`}>{t('admin.restrictions.theFlag')}</Link>
          </>
        )}
        {details.map((detail) => ` · ${detail}`)}
        {' · '}
        <code title={entry.hash}>{entry.hash.slice(0, 8)}</code>
      </p>
    </li>
  );
}

/** What there is to know of a deed beside who and whom, in words. */
function useDetails() {
  const { t } = useTranslation();
  return ({ flags, category, until, awaits_confirmation, alone, from, to }: Entry['details']): string[] =>
    [
      typeof flags === 'number' && t('admin.log.flags', { count: flags }),
      isCategory(category) && t(`flag.categories.${category}`),
      typeof until === 'string' && t('admin.restrictions.until', { when: inWords(until) }),
      awaits_confirmation === true && t('admin.log.awaits'),
      alone === true && t('admin.log.alone'),
      isRole(from) && isRole(to) && t('admin.log.role', { from: roleName(from), to: roleName(to) }),
    ].filter((detail) => detail !== false);

  function roleName(role: Role): string {
    return t(`admin.person.role.${role}`);
  }
}

const isCategory = (value: unknown): value is FlagCategory => flagCategories.some((one) => one === value);
const isRole = (value: unknown): value is Role =>
  ['member', 'moderator', 'admin'].some((one) => one === value);

/** A deed that has no words yet is told by its code. */
const wordsFor = (words: Record<string, string>, action: string): string => words[action] ?? action;
