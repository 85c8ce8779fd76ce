import { useInfiniteQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Query } from '../../api/transport.ts';
import { useProblemWords } from '../../app/problem.tsx';
import { Button } from '../../components/button.tsx';
import styles from './listing.module.css';
import type { Names } from './wire.ts';

type Cursor = string | number | null;

interface ListingProps<Page, Item> {
  /** Which list: its first key, and its filters. */
  name: string;
  query: Query;
  read: (query: Query) => Promise<Page>;
  itemsOf: (page: Page) => readonly Item[];
  empty: string;
  /** The items as a list, for which this is the label. */
  label: string;
  children: (item: Item, names: Names) => ReactNode;
}

const pageSize = 50;
const refreshMs = 15_000;

/** A list of the server's, a page at a time, kept fresh; it says when it is empty, on its way, or cannot be read. */
export function Listing<Page extends { names: Names; next_cursor: Cursor }, Item>({
  name,
  query,
  read,
  itemsOf,
  empty,
  label,
  children,
}: ListingProps<Page, Item>) {
  const { t } = useTranslation();
  const words = useProblemWords();
  const list = useInfiniteQuery({
    queryKey: ['admin', name, query],
    queryFn: ({ pageParam }) => read({ ...query, limit: pageSize, cursor: pageParam }),
    initialPageParam: null as Cursor,
    getNextPageParam: (page) => page.next_cursor,
    refetchInterval: refreshMs,
  });
  if (!list.data)
    return list.error ? (
      <div className={styles.empty}>
        <p role="alert">{words(list.error)}</p>
        <Button onClick={() => void list.refetch()}>{t('retry')}</Button>
      </div>
    ) : (
      <p role="status" className={styles.loading}>
        {t('loading')}
      </p>
    );

  const { pages } = list.data;
  if (pages.every((page) => itemsOf(page).length === 0))
    return (
      <div className={styles.empty}>
        <p role="status">{empty}</p>
      </div>
    );
  return (
    <div className={styles.listing}>
      <ol className={styles.items} aria-label={label}>
        {pages.flatMap((page) => itemsOf(page).map((item) => children(item, page.names)))}
      </ol>
      {list.hasNextPage && (
        <Button busy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          {t('admin.more')}
        </Button>
      )}
    </div>
  );
}
