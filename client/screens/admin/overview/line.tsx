import { useTranslation } from 'react-i18next';
import type { CallStatistics } from './wire.ts';
import { sheetOfBins } from './bins.ts';
import { duration, number, percent, shareOf } from './format.ts';
import { Histogram } from './histogram.tsx';
import { Plate } from './plate.tsx';
import { useCalls } from './reads.ts';
import type { Span } from './span.ts';
import styles from './line.module.css';

/** How fast the picture comes, and how it holds, as the browsers of both sides tell. */
export function LinePlate({ span }: { span: Span }) {
  const { t } = useTranslation();
  const title = t('admin.overview.line.title');
  const counted = t('admin.overview.line.counted');
  return (
    <Plate
      title={title}
      read={useCalls(span)}
      isEmpty={({ reports }) => reports === 0}
      reading={({ setup: { p50, p90 }, reports, calls }) =>
        t('admin.overview.line.reading', {
          p50: fromMs(p50 ?? 0),
          p90: fromMs(p90 ?? 0),
          share: percent(shareOf(reports, calls)),
        })
      }
      empty={t('admin.overview.line.empty')}
      sheet={({ setup }) => sheetOfBins(setup, 'set-up', [t('admin.overview.line.took'), counted], fromMs)}
    >
      {(calls) => (
        <div className={styles.line}>
          <div>
            <Histogram distribution={calls.setup} title={title} words={fromMs} counted={counted} />
          </div>
          <Figures calls={calls} />
        </div>
      )}
    </Plate>
  );
}

function Figures({ calls }: { calls: CallStatistics }) {
  const { t } = useTranslation();
  const { reports, rtt, loss, stalled, relayed, direct, no_route } = calls;
  const figures = [
    ['rtt', `${number(rtt.p50 ?? 0)} · ${number(rtt.p90 ?? 0)} ms`],
    ['loss', `${number(loss.p50 ?? 0)} · ${number(loss.p90 ?? 0)} %`],
    ['stalled', percent(shareOf(stalled, reports))],
    ['relayed', percent(shareOf(relayed, relayed + direct))],
    ['noRoute', percent(shareOf(no_route, reports))],
  ] as const;
  return (
    <dl className={styles.figures}>
      {figures.map(([of, value]) => (
        <div key={of}>
          <dt>{t(`admin.overview.line.${of}`)}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

const fromMs = (ms: number): string => (ms < 1000 ? `${number(ms)} ms` : duration(ms / 1000));
