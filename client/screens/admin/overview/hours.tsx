import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { Bar, BarChart, CartesianGrid, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts';
import type { RoundStatistics } from './wire.ts';
import { axis, countAxis, grid, Hatching, Key, Note } from './chart.tsx';
import { fullTime, number, onAxis } from './format.ts';
import { everyStep } from './steps.ts';

/** The rounds of one step, by what became of them. */
export interface Hour {
  at: number;
  mutual: number;
  completed: number;
  other: number;
}

/** The rounds by when they were matched; a step without one is zero. */
export const hoursOf = (statistics: RoundStatistics): Hour[] =>
  everyStep(statistics.series, statistics).map(({ at, row }) => ({
    at,
    mutual: row?.mutual ?? 0,
    completed: (row?.completed ?? 0) - (row?.mutual ?? 0),
    other: (row?.rounds ?? 0) - (row?.completed ?? 0),
  }));

/** How many rounds began in each hour or day, and what became of them. */
export function Hours({ statistics }: { statistics: RoundStatistics }) {
  const { t } = useTranslation();
  const hatching = useId();
  const hours = hoursOf(statistics);
  const overMs = hours.length * statistics.step * 1000;
  const parts = [
    { of: 'mutual', label: t('admin.overview.hours.mutual'), colour: 'var(--call)', fill: 'var(--call)' },
    {
      of: 'completed',
      label: t('admin.overview.hours.completed'),
      colour: 'var(--searching)',
      fill: 'var(--searching)',
    },
    {
      of: 'other',
      label: t('admin.overview.hours.other'),
      colour: 'var(--online)',
      fill: `url(#${hatching})`,
    },
  ] as const;
  return (
    <>
      <Key
        entries={parts.map(({ label, colour, of }) => ({
          label,
          colour,
          stroke: of === 'other' ? 'hatched' : 'bar',
        }))}
      />
      <ResponsiveContainer width="100%" height={260} minWidth={0}>
        <BarChart
          data={hours}
          margin={{ top: 8, right: 4, bottom: 0, left: 0 }}
          barCategoryGap="14%"
          title={t('admin.overview.hours.title')}
          desc={t('admin.overview.arrows')}
        >
          <defs>
            <Hatching id={hatching} colour="var(--online)" />
          </defs>
          <CartesianGrid {...grid} />
          <XAxis
            {...axis}
            dataKey="at"
            tickFormatter={(at: number) =>
              onAxis(at, Math.max(overMs, statistics.step === 86_400 ? Infinity : 0))
            }
            minTickGap={28}
          />
          <YAxis {...countAxis} />
          <Tooltip
            isAnimationActive={false}
            cursor={{ fill: 'var(--rose-wash)', opacity: 0.6 }}
            content={({ active, payload }) => {
              const here = payload[0]?.payload as Hour | undefined;
              if (!active || !here) return null;
              return (
                <Note
                  title={fullTime(here.at)}
                  lines={parts.map(({ of, label }) => [label, number(here[of])])}
                />
              );
            }}
          />
          {parts.map(({ of, label, fill }) => (
            <Bar key={of} dataKey={of} name={label} stackId="rounds" fill={fill} isAnimationActive={false} />
          ))}
        </BarChart>
      </ResponsiveContainer>
    </>
  );
}
