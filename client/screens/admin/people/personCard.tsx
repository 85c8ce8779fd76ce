import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Tags } from '../../../components/tags.tsx';
import { Badge } from '../badge.tsx';
import { inWords } from '../moment.tsx';
import { PersonLink } from '../nameOf.tsx';
import type { Moderated, Names } from '../wire.ts';
import { ageAt } from './ageAt.ts';
import { FlagList } from './flagList.tsx';
import styles from './personCard.module.css';
import { RoundList } from './roundList.tsx';
import { SanctionList } from './sanctionList.tsx';

interface PersonCardProps {
  person: Moderated;
  names: Names;
  /** Whether their name is said, and leads to their own page. */
  named?: boolean;
}

/** One person as moderators see them: who they say they are, whom they met, what was said of them. */
export function PersonCard({ person, names, named = true }: PersonCardProps) {
  const { t } = useTranslation();
  const { account, rounds, flags_about, flags_by, restrictions } = person;
  return (
    <div className={styles.person}>
      {named && (
        <p className={styles.headline}>
          <PersonLink id={person.id} names={names} />
        </p>
      )}
      {account ? <Account account={account} /> : <p>{t('admin.person.gone')}</p>}
      <p className={styles.facts}>
        <code>{person.id}</code>
      </p>
      <SanctionList restrictions={restrictions} names={names} />
      <FlagList label="flagsAbout" flags={flags_about} names={names} />
      <FlagList label="flagsBy" flags={flags_by} names={names} />
      <RoundList rounds={rounds} names={names} />
    </div>
  );
}

function Account({ account }: { account: NonNullable<Moderated['account']> }) {
  const { t } = useTranslation();
  const [lookedAt] = useState(() => new Date());
  const { kind, role, state, gender, birth_date, bio, interests } = account;
  return (
    <>
      <p className={styles.badges}>
        <Badge>{t(`admin.person.kind.${kind}`)}</Badge>
        {role !== 'member' && <Badge kind="leaf">{t(`admin.person.role.${role}`)}</Badge>}
        {state !== 'IDLE' && <Badge kind="candle">{t(`admin.person.state.${state}`)}</Badge>}
      </p>
      <p className={styles.facts}>
        {t('admin.person.who', { age: ageAt(birth_date, lookedAt), gender: t(`person.genders.${gender}`) })}{' '}
        {t('admin.person.since', { when: inWords(account.created_at) })}{' '}
        {t('admin.person.active', { when: inWords(account.active_at) })}
      </p>
      {bio && (
        <p className={styles.bio} dir="auto">
          {bio}
        </p>
      )}
      <Tags tags={interests} label={t('admin.person.interests')} />
    </>
  );
}
