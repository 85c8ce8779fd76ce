import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';
import type { Query } from '../../../api/transport.ts';
import { useApi } from '../../../app/house.ts';
import { useProblem } from '../../../app/problem.tsx';
import { Button } from '../../../components/button.tsx';
import { Listing } from '../listing.tsx';
import { Room } from '../room.tsx';
import { saveCsv, sheetOf } from '../sheet.ts';
import { readAsked, type Asked } from './asked.ts';
import { FoldedFilters } from './filters.tsx';
import { PresentPeople } from './presentPeople.tsx';
import { RoundLine } from './roundLine.tsx';
import { Sessions } from './sessions.tsx';
import type { Round, Rounds as Page } from './wire.ts';
import styles from './rounds.module.css';

/** Who met whom, exactly when, and for how long: everybody, or one person's own timeline. */
export default function Rounds() {
  const { t } = useTranslation();
  const [params] = useSearchParams();
  const asked = readAsked(params);
  const read = useReadRounds();
  return (
    <Room
      title={t('admin.rounds.title')}
      lede={t('admin.rounds.lede')}
      aside={
        <>
          <FoldedFilters asked={asked} />
          <Export asked={asked} />
        </>
      }
    >
      {asked.user_id && <Person userId={asked.user_id} />}
      {asked.active_at && <PresentPeople at={asked.active_at} />}
      <h2 className={styles.heading}>{t(asked.active_at ? 'admin.rounds.under' : 'admin.rounds.list')}</h2>
      <Listing
        name="matches"
        query={asked}
        read={read}
        itemsOf={(page) => page.matches}
        empty={t('admin.rounds.empty')}
        label={t('admin.rounds.list')}
      >
        {(round) => <RoundLine key={round.match_id} round={round} />}
      </Listing>
    </Room>
  );
}

function useReadRounds() {
  const api = useApi();
  return async (query: Query) => {
    const page = await api.send<Page>({ method: 'GET', path: '/api/admin/matches', query });
    return { ...page, names: {} }; // every round brings the names of its two
  };
}

/** Whose timeline it is, and their evenings. */
function Person({ userId }: { userId: string }) {
  const { t } = useTranslation();
  const api = useApi();
  const rounds = useQuery({
    queryKey: ['admin', 'matches', 'name', userId],
    queryFn: () =>
      api.send<Page>({ method: 'GET', path: '/api/admin/matches', query: { user_id: userId, limit: 1 } }),
  });
  const sides = rounds.data?.matches[0]?.sides ?? [];
  const name = sides.find(({ user_id }) => user_id === userId)?.user_name ?? t('admin.gone');
  return (
    <section className={styles.person} aria-label={name}>
      <h2 className={styles.heading}>{rounds.data ? t('admin.rounds.of', { name }) : t('loading')}</h2>
      <Link to={`/admin/people/${userId}`}>{t('admin.rounds.about')}</Link>
      <Sessions userId={userId} />
    </section>
  );
}

const [pageSize, mostRows] = [100, 5_000];

/** All rounds that fit, as a file; the newest of them when they are very many. */
function Export({ asked }: { asked: Asked }) {
  const { t } = useTranslation();
  const read = useReadRounds();
  const problem = useProblem();
  const [busy, setBusy] = useState(false);

  async function save(): Promise<void> {
    const rounds: Round[] = [];
    for (let cursor: string | null = null, more = true; more && rounds.length < mostRows;) {
      const page = await read({ ...asked, limit: pageSize, cursor });
      rounds.push(...page.matches);
      cursor = page.next_cursor;
      more = cursor !== null;
    }
    saveCsv(sheetOf('rounds', rounds, columns));
  }

  return (
    <div>
      <Button
        busy={busy}
        onClick={() => {
          setBusy(true);
          void problem.none(save()).finally(() => setBusy(false));
        }}
      >
        {t('admin.rounds.csv')}
      </Button>
      {problem.shown}
    </div>
  );
}

/** Named as on the wire: whoever asks for a file will compare it with the API. */
const fields = [
  'match_id',
  'mode',
  'status',
  'matched_at',
  'started_at',
  'ended_at',
  'duration_seconds',
  'end_reason',
  'ended_by',
  'mutual_at',
  'compatibility_score',
  'flags',
] as const;
const columns = [
  ...fields.map((label) => ({ label, value: (round: Round) => round[label] })),
  ...([0, 1] as const).flatMap((side) =>
    (['user_id', 'user_name', 'joined_at', 'waited_seconds'] as const).map((field) => ({
      label: `${field}_${side + 1}`,
      value: ({ sides }: Round) => sides[side]?.[field] ?? null,
    })),
  ),
];
