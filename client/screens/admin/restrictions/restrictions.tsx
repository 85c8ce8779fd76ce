import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';
import { OneOf } from '../../../components/choice.tsx';
import { FieldGroup } from '../../../components/field.tsx';
import { useDesk } from '../desk.ts';
import { Listing } from '../listing.tsx';
import { Room } from '../room.tsx';
import { useFilter } from '../useFilter.ts';
import { FindPerson } from './findPerson.tsx';
import { Newcomers } from './newcomers.tsx';
import { RestrictionLine } from './restrictionLine.tsx';

const shows = ['active', 'awaiting', 'all'] as const;

/** Who was warned or restricted; what awaits a second moderator; and the way to anybody else. */
export default function Restrictions() {
  const { t } = useTranslation();
  const desk = useDesk();
  const [show, setShow] = useFilter('show', shows);
  const [search] = useSearchParams();
  const user_id = search.get('user_id');
  const query = { show: show === 'all' ? null : show, user_id };
  const aside = (
    <>
      <FieldGroup label={t('admin.restrictions.show')}>
        <OneOf
          value={show}
          onChange={setShow}
          options={shows.map((value) => ({ value, label: t(`admin.restrictions.shows.${value}`) }))}
        />
      </FieldGroup>
      {user_id && (
        <p>
          {t('admin.restrictions.ofOne')}{' '}
          <Link to="/admin/restrictions">{t('admin.restrictions.everybody')}</Link>
        </p>
      )}
      <FindPerson />
    </>
  );
  return (
    <Room title={t('admin.restrictions.title')} lede={t('admin.restrictions.lede')} aside={aside}>
      <Newcomers />
      <Listing
        name="restrictions"
        query={query}
        read={desk.restrictions}
        itemsOf={(page) => page.restrictions}
        label={t('admin.restrictions.list')}
        empty={t('admin.restrictions.empty')}
      >
        {(one, names) => <RestrictionLine key={one.id} one={one} names={names} />}
      </Listing>
    </Room>
  );
}
