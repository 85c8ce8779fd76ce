import { useTranslation } from 'react-i18next';
import { useDesk } from '../desk.ts';
import { Listing } from '../listing.tsx';
import { Room } from '../room.tsx';
import { Deed } from './deeds.tsx';
import { Verification } from './verification.tsx';

/** Everything that was done, and whether it is all still there. */
export default function Log() {
  const { t } = useTranslation();
  const desk = useDesk();
  return (
    <Room title={t('admin.log.title')} lede={t('admin.log.lede')} aside={<Verification />}>
      <Listing
        name="log"
        query={{}}
        read={desk.log}
        itemsOf={(page) => page.entries}
        label={t('admin.log.list')}
        empty={t('admin.log.empty')}
      >
        {(entry, names) => <Deed key={entry.seq} entry={entry} names={names} />}
      </Listing>
    </Room>
  );
}
