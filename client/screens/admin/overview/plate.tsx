import { useId, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useProblemWords } from '../../../app/problem.tsx';
import { Button } from '../../../components/button.tsx';
import { fullTime } from './format.ts';
import type { Read } from './reads.ts';
import { saveCsv, type Sheet } from '../sheet.ts';
import { SheetTable } from './sheetTable.tsx';
import styles from './plate.module.css';

interface PlateProps<Data, Row> {
  title: string;
  read: Read<Data>;
  /** What the picture says, in a sentence. */
  reading?: (data: Data) => string;
  /** The same figures as rows. */
  sheet: (data: Data) => Sheet<Row>;
  isEmpty: (data: Data) => boolean;
  /** Words for when there is nothing to draw. */
  empty: string;
  /** The picture. */
  children: (data: Data) => ReactNode;
  className?: string | undefined;
}

/**
 * A picture of figures as in a book: a title, what it says, the picture, and behind it the table of its figures, which
 * a screen reader always finds and an eye on demand.
 */
export function Plate<Data, Row>({ title, read, className, ...rest }: PlateProps<Data, Row>) {
  const id = useId();
  const { data } = read;
  return (
    <section
      className={[styles.plate, className].filter(Boolean).join(' ')}
      aria-labelledby={id}
      aria-busy={read.isPending || read.isPlaceholderData}
    >
      {data === undefined ? (
        <>
          <div className={styles.head}>
            <h3 id={id} className={styles.title}>
              {title}
            </h3>
          </div>
          <Nothing read={read} />
        </>
      ) : (
        <Full {...rest} {...{ id, title, data, read }} />
      )}
    </section>
  );
}

function Full<Data, Row>({
  id,
  title,
  data,
  read,
  reading,
  sheet: sheetOf,
  isEmpty,
  empty,
  children,
}: PlateProps<Data, Row> & { id: string; data: Data }) {
  const { t } = useTranslation();
  const [asTable, showTable] = useState(false);
  const isBlank = isEmpty(data);
  const sheet = sheetOf(data);
  return (
    <>
      <div className={styles.head}>
        <h3 id={id} className={styles.title}>
          {title}
        </h3>
        {!isBlank && (
          <div className={styles.tools}>
            <button
              type="button"
              aria-pressed={asTable}
              aria-label={`${t('admin.overview.table')}: ${title}`}
              onClick={() => showTable(!asTable)}
            >
              {t('admin.overview.table')}
            </button>
            <button
              type="button"
              aria-label={`${t('admin.overview.csv')}: ${title}`}
              onClick={() => saveCsv(sheet)}
            >
              {t('admin.overview.csv')}
            </button>
          </div>
        )}
      </div>
      {read.error && (
        <p className={styles.stale}>{t('admin.overview.stale', { when: fullTime(read.dataUpdatedAt) })}</p>
      )}
      {isBlank ? (
        <p className={styles.empty}>{empty}</p>
      ) : (
        <>
          {reading && <p className={styles.reading}>{reading(data)}</p>}
          {!asTable && <div className={styles.picture}>{children(data)}</div>}
          <div className={asTable ? undefined : 'hidden'}>
            <SheetTable
              sheet={sheet}
              caption={asTable ? t('admin.overview.asTable', { title }) : title}
              focusable={asTable}
            />
          </div>
        </>
      )}
    </>
  );
}

/** While nothing has come, and when nothing comes. */
export function Nothing({ read }: { read: Pick<Read<unknown>, 'error' | 'refetch' | 'isFetching'> }) {
  const { t } = useTranslation();
  const words = useProblemWords();
  if (!read.error)
    return (
      <div className={styles.coming} role="status">
        <span className="hidden">{t('loading')}</span>
      </div>
    );
  return (
    <div className={styles.failed}>
      <p>{words(read.error)}</p>
      <Button busy={read.isFetching} onClick={() => void read.refetch()}>
        {t('retry')}
      </Button>
    </div>
  );
}
