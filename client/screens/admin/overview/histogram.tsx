import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { Bar, BarChart, CartesianGrid, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts';
import type { Distribution } from './wire.ts';
import { between, binsOf, type Bin } from './bins.ts';
import { axis, countAxis, grid, Hatching, Key, Note } from './chart.tsx';
import { number } from './format.ts';

interface HistogramProps {
  distribution: Distribution;
  title: string;
  /** A bound of a bin in words. */
  words: (value: number) => string;
  /** What is counted, in words. */
  counted: string;
}

/** How values are spread; the slowest tenth stands out. */
export function Histogram({ distribution, title, words, counted }: HistogramProps) {
  const { t } = useTranslation();
  const hatching = useId();
  const among = {
    half: { colour: 'var(--searching)', fill: 'var(--searching)', stroke: 'bar' },
    most: { colour: 'var(--online)', fill: `url(#${hatching})`, stroke: 'hatched' },
    last: { colour: 'var(--call)', fill: 'var(--call)', stroke: 'bar' },
  } as const;
  const bins = binsOf(distribution).map((bin) => ({ ...bin, fill: among[bin.among].fill }));
  return (
    <>
      <Key
        entries={(['half', 'most', 'last'] as const).map((part) => ({
          ...among[part],
          label: t(`admin.overview.among.${part}`),
        }))}
      />
      <ResponsiveContainer width="100%" height={220} minWidth={0}>
        <BarChart
          data={bins}
          margin={{ top: 8, right: 4, bottom: 0, left: 0 }}
          barCategoryGap={2}
          title={title}
          desc={t('admin.overview.arrows')}
        >
          <defs>
            <Hatching id={hatching} colour="var(--online)" />
          </defs>
          <CartesianGrid {...grid} />
          <XAxis {...axis} dataKey="from" tickFormatter={(from: number) => words(from)} minTickGap={12} />
          <YAxis {...countAxis} />
          <Tooltip
            isAnimationActive={false}
            cursor={{ fill: 'var(--rose-wash)', opacity: 0.6 }}
            content={({ active, payload }) => {
              const here = payload[0]?.payload as Bin | undefined;
              if (!active || !here) return null;
              return <Note title={between(here, words)} lines={[[counted, number(here.count)]]} />;
            }}
          />
          <Bar dataKey="count" name={counted} isAnimationActive={false} />
        </BarChart>
      </ResponsiveContainer>
    </>
  );
}
