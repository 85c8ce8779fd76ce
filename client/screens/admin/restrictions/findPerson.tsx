import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useProblemWords } from '../../../app/problem.tsx';
import { Button } from '../../../components/button.tsx';
import { TextField } from '../../../components/field.tsx';
import { Badge } from '../badge.tsx';
import { useDesk } from '../desk.ts';
import { PersonLink } from '../nameOf.tsx';
import styles from './findPerson.module.css';

/** The way to anybody: by id, by e-mail in full, by the beginning of a name. */
export function FindPerson() {
  const { t } = useTranslation();
  const desk = useDesk();
  const words = useProblemWords();
  const [text, setText] = useState('');
  const [asked, ask] = useState('');
  const found = useQuery({
    queryKey: ['admin', 'people', asked],
    queryFn: () => desk.people(asked),
    enabled: asked !== '',
  });
  const people = found.data?.people;
  return (
    <search className={styles.find}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          ask(text.trim());
        }}
      >
        <TextField
          label={t('admin.restrictions.find')}
          hint={t('admin.restrictions.findHint')}
          type="search"
          maxLength={254}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
        <Button type="submit">{t('admin.restrictions.findSubmit')}</Button>
      </form>
      <div role="status">
        {found.error && words(found.error)}
        {people?.length === 0 && t('admin.restrictions.foundNone')}
      </div>
      {people && people.length > 0 && (
        <ul aria-label={t('admin.restrictions.found')}>
          {people.map((one) => (
            <li key={one.id}>
              <PersonLink id={one.id} names={{ [one.id]: one.display_name }} />{' '}
              <Badge>
                {one.role === 'member'
                  ? t(`admin.person.kind.${one.kind}`)
                  : t(`admin.person.role.${one.role}`)}
              </Badge>{' '}
              {one.restricted && <Badge kind="alarm">{t('admin.person.restricted')}</Badge>}
            </li>
          ))}
        </ul>
      )}
    </search>
  );
}
