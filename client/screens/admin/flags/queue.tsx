import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useLocation, useSearchParams } from 'react-router';
import { flagCategories } from '#core/rules.ts';
import { Select } from '../../../components/field.tsx';
import { useDesk } from '../desk.ts';
import { Listing } from '../listing.tsx';
import { Room } from '../room.tsx';
import { Shortcuts } from '../shortcuts.tsx';
import { useFilter } from '../useFilter.ts';
import { CaseLine } from './caseLine.tsx';
import styles from './queue.module.css';

const statuses = ['pending', 'resolved', 'dismissed', 'any'] as const;
const statusesOfRound = ['any', 'pending', 'resolved', 'dismissed'] as const;
const claims = ['anybody', 'me', 'nobody'] as const;
const categories = ['any', ...flagCategories] as const;
const trusts = ['both', 'normal', 'low_trust'] as const;

/** The queue of flags: one case a person, the most urgent first. */
export default function Queue() {
  const { t } = useTranslation();
  const desk = useDesk();
  const [search] = useSearchParams();
  const round_id = search.get('round_id');
  // A link from a round leads to all of its flags, whatever was decided about them.
  const shown = round_id === null ? statuses : statusesOfRound;
  const [status, setStatus] = useFilter('status', shown);
  const [claimed, setClaimed] = useFilter('claimed', claims);
  const [category, setCategory] = useFilter('category', categories);
  const [trust, setTrust] = useFilter('queue', trusts);
  const query = {
    status,
    round_id,
    claimed: claimed === 'anybody' ? null : claimed,
    category: category === 'any' ? null : category,
    queue: trust === 'both' ? null : trust,
  };
  const isFiltered = Object.values(query).some((value) => value !== null && value !== 'pending');

  const filters = (
    <>
      <div className={styles.filters}>
        <Filter label={t('admin.flags.status')} value={status} values={shown} onChoose={setStatus}>
          {(one) => t(`admin.flags.statuses.${one}`)}
        </Filter>
        <Filter label={t('admin.flags.claimed')} value={claimed} values={claims} onChoose={setClaimed}>
          {(one) => t(`admin.flags.claims.${one}`)}
        </Filter>
        <Filter label={t('admin.flags.category')} value={category} values={categories} onChoose={setCategory}>
          {(one) => (one === 'any' ? t('admin.everything') : t(`flag.categories.${one}`))}
        </Filter>
        <Filter label={t('admin.flags.trust')} value={trust} values={trusts} onChoose={setTrust}>
          {(one) => t(`admin.flags.trusts.${one}`)}
        </Filter>
      </div>
      {round_id !== null && (
        <p>
          {t('admin.flags.ofRound')} <Link to="/admin/flags">{t('admin.flags.everyRound')}</Link>
        </p>
      )}
      <QueueKeys />
    </>
  );
  return (
    <Room title={t('admin.flags.title')} lede={t('admin.flags.lede')} aside={filters}>
      <Listing
        name="flags"
        query={query}
        read={desk.cases}
        itemsOf={(page) => page.cases}
        label={t('admin.flags.list')}
        empty={t(isFiltered ? 'admin.flags.emptyFiltered' : 'admin.flags.empty')}
      >
        {(one, names) => <CaseLine key={one.flagged_id} one={one} names={names} />}
      </Listing>
    </Room>
  );
}

function Filter<Value extends string>({
  label,
  value,
  values,
  onChoose,
  children,
}: {
  label: string;
  value: Value;
  values: readonly Value[];
  onChoose: (value: Value) => void;
  children: (value: Value) => string;
}) {
  return (
    <Select label={label} small value={value} onChange={(event) => onChoose(event.target.value as Value)}>
      {values.map((one) => (
        <option key={one} value={one}>
          {children(one)}
        </option>
      ))}
    </Select>
  );
}

/** Through the queue by keys: the case that has the focus is the one that is meant. */
function QueueKeys() {
  const { t } = useTranslation();
  const last = useLastOpened();
  const keys = useMemo(
    () => [
      { key: 'J', label: t('admin.keys.next'), run: () => move(1, last) },
      { key: 'K', label: t('admin.keys.previous'), run: () => move(-1, last) },
      { key: t('admin.keys.enter'), label: t('admin.keys.open') },
    ],
    [t, last],
  );
  return <Shortcuts keys={keys} />;
}

/** Moves the focus by so many cases; from nowhere it begins at the one that was open last, or at the first. */
function move(by: 1 | -1, last: string | null): void {
  const cases = [...document.querySelectorAll<HTMLElement>('[data-case]')];
  const at = cases.findIndex((one) => one === document.activeElement);
  const begin = Math.max(
    0,
    cases.findIndex((one) => one.dataset.case === last),
  );
  const next = at < 0 ? begin : Math.min(cases.length - 1, Math.max(0, at + by));
  cases[next]?.focus();
}

function useLastOpened(): string | null {
  const state: unknown = useLocation().state;
  const last = typeof state === 'object' && state !== null && 'last' in state ? state.last : null;
  return typeof last === 'string' ? last : null;
}
