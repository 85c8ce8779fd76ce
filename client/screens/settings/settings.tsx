import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useApi } from '../../app/house.ts';
import { Opening } from '../../app/opening.tsx';
import { readTheme, setTheme, themes } from '../../app/theme.ts';
import { OneOf } from '../../components/choice.tsx';
import { FieldGroup } from '../../components/field.tsx';
import { Page } from '../../components/page.tsx';
import { Standing } from '../standing/standing.tsx';
import { useStanding } from '../standing/useStanding.ts';
import { Account } from './account.tsx';
import { Blocked } from './blocked.tsx';
import { ProfileForm } from './profileForm.tsx';
import styles from './settings.module.css';

/** What others read, who is kept away, how one signs in, and the light. */
export default function Settings() {
  const { t } = useTranslation();
  const api = useApi();
  const me = useQuery({ queryKey: ['me'], queryFn: () => api.me() });
  const { restricted } = useStanding();
  if (!me.data) return <Opening problem={me.error} />;
  return (
    <Page title={t('settings.title')} narrow>
      <div className={styles.settings}>
        <h1>{t('settings.title')}</h1>
        <Standing />
        {!restricted && <ProfileForm me={me.data} />}
        <Account me={me.data} />
        <Blocked fixed={restricted} />
        <Look />
        <p>
          <Link to="/safety">{t('safety.title')}</Link>
        </p>
        {me.data.role !== 'member' && (
          <p>
            <Link to="/admin">{t('settings.admin')}</Link>
          </p>
        )}
      </div>
    </Page>
  );
}

function Look() {
  const { t } = useTranslation();
  const [theme, choose] = useState(readTheme);
  return (
    <section className={styles.part}>
      <FieldGroup label={t('theme.label')}>
        <OneOf
          value={theme}
          onChange={(chosen) => {
            setTheme(chosen);
            choose(chosen);
          }}
          options={themes.map((value) => ({ value, label: t(`theme.${value}`) }))}
        />
      </FieldGroup>
    </section>
  );
}
