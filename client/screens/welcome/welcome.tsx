import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { rules, seniorities } from '#core/rules.ts';
import { useDraft } from '../../app/drafts.ts';
import { Opening } from '../../app/opening.tsx';
import { useApi } from '../../app/house.ts';
import { useJourney } from '../../app/evening.ts';
import { keepPreferences, readPreferences, wishes } from '../../app/preferences.ts';
import { useProblem } from '../../app/problem.tsx';
import type { Profile } from '../../api/wire.ts';
import { Button } from '../../components/button.tsx';
import { Select, TextArea, TextField } from '../../components/field.tsx';
import { InterestField } from '../../components/interests.tsx';
import { Page } from '../../components/page.tsx';
import { useSaveProfile } from '../person/useSaveProfile.ts';
import { Wishes } from './wishes.tsx';
import styles from './welcome.module.css';

/** Who one is, and whom one would like to meet. */
export default function Welcome() {
  const api = useApi();
  const me = useQuery({ queryKey: ['me'], queryFn: () => api.me() });
  if (!me.data) return <Opening problem={me.error} />;
  return <WelcomeForm me={me.data} />;
}

function WelcomeForm({ me }: { me: Profile }) {
  const { t } = useTranslation();
  const save = useSaveProfile(me);
  const journey = useJourney();
  const navigate = useNavigate();
  const problem = useProblem();
  const draft = useDraft('welcome', {
    interests: me.interests,
    bio: me.bio,
    contact: me.contact_handle ?? '',
    seniority: me.seniority,
  });
  const { interests, bio, contact, seniority } = draft.fields;
  const [preferences, setPreferences] = useState(readPreferences);
  const [busy, setBusy] = useState(false);
  const inWriting = preferences.mode === 'text';

  const goOn = async () => {
    setBusy(true);
    keepPreferences(preferences);
    const profile = { interests, bio, seniority, contact_handle: contact.trim() || null };
    const done = async () => {
      await save(profile);
      draft.saved();
      if (inWriting) await journey.start(wishes());
    };
    if (await problem.none(done())) await navigate(inWriting ? '/date' : '/welcome/mirror');
    setBusy(false);
  };

  return (
    <Page title={t('welcome.title')}>
      <form
        className={styles.welcome}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void goOn();
        }}
      >
        <div className={styles.head}>
          <h1>{t('welcome.title')}</h1>
          <p>{t('welcome.lede')}</p>
        </div>
        <section className={styles.part} aria-labelledby="you">
          <h2 id="you">{t('welcome.you')}</h2>
          <InterestField
            label={t('interests.label')}
            hint={t('interests.hint')}
            value={interests}
            onChange={(value) => draft.change({ interests: value })}
          />
          <TextArea
            label={t('person.bio')}
            placeholder={t('person.bioPlaceholder')}
            maxLength={rules.bioLength}
            value={bio}
            onChange={(event) => draft.change({ bio: event.target.value })}
          />
          <Select
            label={t('welcome.seniority')}
            value={seniority ?? ''}
            onChange={(event) =>
              draft.change({
                seniority: seniorities.find((level) => level === event.target.value) ?? null,
              })
            }
          >
            <option value="">{t('welcome.seniorityUnsaid')}</option>
            {seniorities.map((level) => (
              <option key={level} value={level}>
                {t(`welcome.seniorities.${level}`)}
              </option>
            ))}
          </Select>
          <TextField
            label={t('person.contact')}
            hint={t('person.contactHint')}
            placeholder={t('person.contactPlaceholder')}
            maxLength={rules.contactHandleLength}
            autoComplete="off"
            value={contact}
            onChange={(event) => draft.change({ contact: event.target.value })}
          />
        </section>
        <section className={styles.part} aria-labelledby="wishes">
          <h2 id="wishes">{t('welcome.wishes')}</h2>
          <Wishes value={preferences} onChange={setPreferences} located={me.cell !== null} />
        </section>
        <div className={styles.onward}>
          {problem.shown}
          <Button type="submit" kind="main" busy={busy}>
            {inWriting ? t('welcome.nextText') : t('welcome.next')}
          </Button>
        </div>
      </form>
    </Page>
  );
}
