import { useTranslation } from 'react-i18next';
import { OneOf } from '../../../components/choice.tsx';
import { FieldGroup } from '../../../components/field.tsx';
import { useDesk } from '../desk.ts';
import { Listing } from '../listing.tsx';
import { Room } from '../room.tsx';
import { useFilter } from '../useFilter.ts';
import { AppealLine } from './appealLine.tsx';

const statuses = ['pending', 'upheld', 'lifted', 'all'] as const;

/** What restricted people object, and what they are answered. */
export default function Appeals() {
  const { t } = useTranslation();
  const desk = useDesk();
  const [status, setStatus] = useFilter('status', statuses);
  const filter = (
    <FieldGroup label={t('admin.appeals.status')}>
      <OneOf
        value={status}
        onChange={setStatus}
        options={statuses.map((value) => ({ value, label: t(`admin.appeals.statuses.${value}`) }))}
      />
    </FieldGroup>
  );
  return (
    <Room title={t('admin.appeals.title')} lede={t('admin.appeals.lede')} aside={filter}>
      <Listing
        name="appeals"
        query={{ status: status === 'all' ? null : status }}
        read={desk.appeals}
        itemsOf={(page) => page.appeals}
        label={t('admin.appeals.list')}
        empty={t('admin.appeals.empty')}
      >
        {(one, names) => <AppealLine key={one.id} one={one} names={names} />}
      </Listing>
    </Room>
  );
}
