import { useTranslation } from 'react-i18next';
import type { ActivityHistory } from './wire.ts';
import { fullTime, number } from './format.ts';
import { Plate } from './plate.tsx';
import type { Read } from './reads.ts';
import { sheetOf } from '../sheet.ts';
import type { Span } from './span.ts';
import { Timeline } from './timeline.tsx';

type Point = ActivityHistory['points'][number];
const columns = ['online', 'searching', 'connecting', 'in_call', 'deciding', 'video', 'text'] as const;

/** Who was here over time. */
export function TimelinePlate({
  read,
  choose,
}: {
  read: Read<ActivityHistory>;
  choose: (span: Span) => void;
}) {
  const { t } = useTranslation();
  return (
    <Plate
      title={t('admin.overview.timeline.title')}
      read={read}
      isEmpty={({ points }) => points.length < 2}
      empty={t('admin.overview.timeline.empty')}
      reading={({ points }) => {
        const most = points.reduce((best, one) => (one.most_online > best.most_online ? one : best));
        return t('admin.overview.timeline.reading', {
          count: most.most_online,
          n: number(most.most_online),
          when: fullTime(most.at),
        });
      }}
      sheet={({ points }) =>
        sheetOf('activity', points, [
          {
            label: t('admin.overview.when'),
            value: ({ at }: Point) => at,
            shown: ({ at }: Point) => fullTime(at),
          },
          ...columns.map((of) => ({
            label: t(`admin.overview.timeline.${of}`),
            value: (point: Point) => point[of],
            shown: (point: Point) => number(point[of]),
          })),
        ])
      }
    >
      {(history) => <Timeline key={history.step} history={history} choose={choose} />}
    </Plate>
  );
}
