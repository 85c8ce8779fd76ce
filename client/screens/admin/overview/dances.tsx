import { useTranslation } from 'react-i18next';
import type { RoundStatistics } from './wire.ts';
import { Bars } from './bars.tsx';
import { date, fullTime, number, percent, shareOf } from './format.ts';
import { Funnel, funnelSteps } from './funnel.tsx';
import { Hours, hoursOf, type Hour } from './hours.tsx';
import { Plate } from './plate.tsx';
import { sheetOf } from '../sheet.ts';
import type { Read } from './reads.ts';

type Reads = { read: Read<RoundStatistics>; className?: string | undefined };
const isEmpty = ({ rounds }: RoundStatistics): boolean => rounds === 0;

/** Rounds an hour. */
export function HoursPlate({ read, className }: Reads) {
  const { t } = useTranslation();
  return (
    <Plate
      title={t('admin.overview.hours.title')}
      {...{ read, className, isEmpty }}
      reading={(statistics) => busiest(statistics)}
      empty={t('admin.overview.noRounds')}
      sheet={(statistics) =>
        sheetOf('rounds', hoursOf(statistics), [
          {
            label: t('admin.overview.when'),
            value: ({ at }: Hour) => new Date(at).toISOString(),
            shown: ({ at }: Hour) => fullTime(at),
          },
          ...(['mutual', 'completed', 'other'] as const).map((of) => ({
            label: t(`admin.overview.hours.${of}`),
            value: (hour: Hour) => hour[of],
          })),
        ])
      }
    >
      {(statistics) => <Hours statistics={statistics} />}
    </Plate>
  );

  function busiest({ rounds, step, series }: RoundStatistics): string {
    const most = series.reduce((best, one) => (one.rounds > best.rounds ? one : best));
    return t(step === 3600 ? 'admin.overview.hours.reading' : 'admin.overview.hours.readingDay', {
      rounds: number(rounds),
      most: number(most.rounds),
      when: step === 3600 ? fullTime(most.at) : date(most.at),
    });
  }
}

/** From paired to two yeses. */
export function FunnelPlate({ read, className }: Reads) {
  const { t } = useTranslation();
  return (
    <Plate
      title={t('admin.overview.funnel.title')}
      {...{ read, className, isEmpty }}
      reading={({ funnel }) =>
        t('admin.overview.funnel.reading', { share: percent(shareOf(funnel.mutual, funnel.matched)) })
      }
      empty={t('admin.overview.noRounds')}
      sheet={({ funnel }) =>
        sheetOf(
          'funnel',
          funnelSteps.map((step, at) => ({
            label: t(`admin.overview.funnel.${step}`),
            count: funnel[step],
            share: shareOf(funnel[step], funnel[funnelSteps[at - 1] ?? step]),
          })),
          [
            { label: t('admin.overview.funnel.step'), value: ({ label }) => label },
            { label: t('admin.overview.count'), value: ({ count }) => count },
            {
              label: t('admin.overview.funnel.ofBefore'),
              value: ({ share }) => share,
              shown: ({ share }) => percent(share),
            },
          ],
        )
      }
    >
      {({ funnel }) => <Funnel funnel={funnel} />}
    </Plate>
  );
}

/** How rounds end. */
export function EndingsPlate({ read, className }: Reads) {
  const { t } = useTranslation();
  return (
    <Plate
      title={t('admin.overview.endings.title')}
      {...{ read, className }}
      isEmpty={({ endings }) => endings.length === 0}
      reading={({ skip_rate, end_rate }) =>
        t('admin.overview.endings.reading', { skip: percent(skip_rate), end: percent(end_rate) })
      }
      empty={t('admin.overview.noRounds')}
      sheet={(statistics) =>
        sheetOf('endings', endingsOf(statistics), [
          { label: t('admin.overview.endings.how'), value: ({ reason }) => t(`admin.ends.${reason}`) },
          { label: t('admin.overview.video'), value: ({ video }) => video },
          { label: t('admin.overview.text'), value: ({ text }) => text },
        ])
      }
    >
      {(statistics) => {
        const endings = endingsOf(statistics);
        const all = endings.reduce((sum, { video, text }) => sum + video + text, 0);
        return (
          <Bars
            colour="var(--searching)"
            lines={endings.map(({ reason, video, text }) => ({
              label: t(`admin.ends.${reason}`),
              value: video + text,
              words: `${number(video + text)} · ${percent(shareOf(video + text, all))}`,
            }))}
          />
        );
      }}
    </Plate>
  );
}

type Ending = RoundStatistics['endings'][number]['reason'];

/** Both modes of each reason in one row, the most frequent first. */
function endingsOf({ endings }: RoundStatistics) {
  const byReason = new Map<Ending, { reason: Ending; video: number; text: number }>();
  for (const { reason, mode, count } of endings) {
    const row = byReason.get(reason) ?? { reason, video: 0, text: 0 };
    row[mode] += count;
    byReason.set(reason, row);
  }
  return [...byReason.values()].sort((a, b) => b.video + b.text - a.video - a.text);
}

/** What people answer; only as a crowd, never one by one. */
export function DecisionsPlate({ read, className }: Reads) {
  const { t } = useTranslation();
  return (
    <Plate
      title={t('admin.overview.decisions.title')}
      {...{ read, className }}
      isEmpty={({ decisions }) => decisions.asked === 0}
      reading={({ mutual_rate }) => t('admin.overview.decisions.reading', { share: percent(mutual_rate) })}
      empty={t('admin.overview.decisions.empty')}
      sheet={({ decisions }) =>
        sheetOf('decisions', decisions.by, [
          {
            label: t('admin.overview.decisions.answer'),
            value: ({ decision }) => t(`admin.overview.decisions.${decision}`),
          },
          { label: t('admin.overview.count'), value: ({ count }) => count },
          {
            label: t('admin.overview.share'),
            value: ({ share }) => share,
            shown: ({ share }) => percent(share),
          },
        ])
      }
    >
      {({ decisions }) => (
        <Bars
          colour="var(--call)"
          lines={decisions.by.map(({ decision, count, share }) => ({
            label: t(`admin.overview.decisions.${decision}`),
            value: count,
            words: `${number(count)} · ${percent(share)}`,
          }))}
        />
      )}
    </Plate>
  );
}
