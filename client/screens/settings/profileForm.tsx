import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { genders, rules } from '#core/rules.ts';
import type { Profile } from '../../api/wire.ts';
import { useDraft } from '../../app/drafts.ts';
import { useProblem } from '../../app/problem.tsx';
import { announce } from '../../components/announcer.tsx';
import { Button } from '../../components/button.tsx';
import { OneOf } from '../../components/choice.tsx';
import { FieldGroup, TextArea, TextField } from '../../components/field.tsx';
import { InterestField } from '../../components/interests.tsx';
import { useSaveProfile } from '../person/useSaveProfile.ts';
import styles from './settings.module.css';

/** What others read about somebody. */
export function ProfileForm({ me }: { me: Profile }) {
  const { t } = useTranslation();
  const saveProfile = useSaveProfile(me);
  const problem = useProblem();
  const draft = useDraft('profile', {
    name: me.display_name,
    gender: me.gender,
    interests: me.interests,
    bio: me.bio,
    contact: me.contact_handle ?? '',
  });
  const { name, gender, interests, bio, contact } = draft.fields;
  const [busy, setBusy] = useState(false);
  const [saved, setSaved] = useState(false);
  const nameMissing = name.trim() === '';

  const save = async () => {
    if (nameMissing) return;
    setBusy(true);
    setSaved(false);
    const now = { display_name: name, gender, interests, bio, contact_handle: contact.trim() || null };
    const done = await problem.none(saveProfile(now));
    setSaved(done);
    if (done) draft.saved();
    if (done) announce(t('saved'));
    setBusy(false);
  };

  return (
    <form
      className={styles.part}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <h2>{t('settings.profile')}</h2>
      <TextField
        label={t('person.name')}
        value={name}
        onChange={(event) => draft.change({ name: event.target.value })}
        maxLength={rules.displayNameLength}
        autoComplete="given-name"
        required
        error={nameMissing && t('person.nameMissing')}
      />
      <FieldGroup label={t('person.gender')}>
        <OneOf
          value={gender}
          onChange={(value) => draft.change({ gender: value })}
          options={genders.map((value) => ({ value, label: t(`person.genders.${value}`) }))}
        />
      </FieldGroup>
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
      <TextField
        label={t('person.contact')}
        hint={t('person.contactHint')}
        placeholder={t('person.contactPlaceholder')}
        maxLength={rules.contactHandleLength}
        autoComplete="off"
        value={contact}
        onChange={(event) => draft.change({ contact: event.target.value })}
      />
      {problem.shown}
      <div className={styles.ways}>
        <Button type="submit" kind="main" busy={busy}>
          {busy ? t('saving') : t('save')}
        </Button>
        {saved && <p className={styles.saved}>{t('saved')}</p>}
      </div>
    </form>
  );
}
