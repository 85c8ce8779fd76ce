import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useApi } from '../../app/house.ts';
import { useProblemWords } from '../../app/problem.tsx';
import { Button, ButtonLink } from '../../components/button.tsx';
import { OneOf } from '../../components/choice.tsx';
import { Page } from '../../components/page.tsx';
import { useStanding } from '../standing/useStanding.ts';
import { Entry } from './entry.tsx';
import { ReachMe } from './reachMe.tsx';
import styles from './matches.module.css';

const pageSize = 20;
const shows = ['mutual', 'all'] as const;
type Show = (typeof shows)[number];

/** The dance card: everybody one has met, and who said yes as well. */
export default function Matches() {
  const { t } = useTranslation();
  const [show, setShow] = useState<Show>('mutual');
  return (
    <Page title={t('matches.title')}>
      <div className={styles.matches}>
        <div className={styles.head}>
          <h1>{t('matches.title')}</h1>
          <p>{t('matches.lede')}</p>
          <fieldset>
            <legend className="hidden">{t('matches.tabs')}</legend>
            <OneOf
              value={show}
              onChange={setShow}
              options={shows.map((value) => ({ value, label: t(`matches.${value}`) }))}
            />
          </fieldset>
        </div>
        <Card key={show} show={show} />
      </div>
    </Page>
  );
}

function Card({ show }: { show: Show }) {
  const { t } = useTranslation();
  const api = useApi();
  const words = useProblemWords();
  const { restricted } = useStanding();
  const list = useInfiniteQuery({
    queryKey: ['matches', 'list', show],
    queryFn: ({ pageParam }) =>
      api.matches({
        limit: pageSize,
        ...(show === 'mutual' && { mutual: true }),
        ...(pageParam !== null && { cursor: pageParam }),
      }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
  });
  // Lines that never came about are nobody's memory.
  const entries = list.data?.pages
    .flatMap((page) => page.matches)
    .filter(({ started_at }) => started_at !== null);

  if (!entries) return <p role="status">{list.error ? words(list.error) : t('loading')}</p>;
  if (entries.length === 0 && !list.hasNextPage) return <Empty show={show} />;
  return (
    <div className={styles.card}>
      {!restricted && entries.some(({ mutual }) => mutual) && <ReachMe />}
      <ol className={styles.entries}>
        {entries.map((match) => (
          <Entry key={match.match_id} match={match} fixed={restricted} />
        ))}
      </ol>
      {list.hasNextPage && (
        <Button busy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          {t('matches.more')}
        </Button>
      )}
    </div>
  );
}

function Empty({ show }: { show: Show }) {
  const { t } = useTranslation();
  return (
    <div className={styles.empty}>
      <p>{t(show === 'mutual' ? 'matches.emptyMutual' : 'matches.emptyAll')}</p>
      <ButtonLink to="/date" kind="main">
        {t('matches.begin')}
      </ButtonLink>
    </div>
  );
}
