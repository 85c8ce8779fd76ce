import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import {
  Area,
  Brush,
  CartesianGrid,
  ComposedChart,
  Line,
  ResponsiveContainer,
  Tooltip,
  XAxis,
  YAxis,
} from 'recharts';
import type { ActivityHistory } from './wire.ts';
import { Button } from '../../../components/button.tsx';
import { axis, countAxis, grid, Key, Note } from './chart.tsx';
import { exactTime, fullTime, number, onAxis, roundInstants } from './format.ts';
import { indexesOf, withHoles } from './steps.ts';
import type { Span } from './span.ts';
import styles from './timeline.module.css';

type Point = ActivityHistory['points'][number];
interface Dot {
  at: number;
  most_online: number | null;
  online: number | null;
  searching: number | null;
  in_call: number | null;
}

/** How many were there, looked for somebody and sat face to face, with a strip below by which a part is chosen. */
export function Timeline({ history, choose }: { history: ActivityHistory; choose: (span: Span) => void }) {
  const { t } = useTranslation();
  const dots = useMemo(() => withHoles(history.points).map(dot), [history]);
  const [part, setPart] = useState<{ from: number; to: number } | null>();
  const stepMs = history.step * 1000;
  const { startIndex, endIndex } = indexesOf(dots, part ?? null);
  const [from, to] = [dots[startIndex]?.at ?? 0, (dots[endIndex]?.at ?? 0) + stepMs];
  const ticks = roundInstants(from, to, 8);
  const words = {
    most_online: t('admin.overview.timeline.most_online'),
    online: t('admin.overview.online'),
    searching: t('admin.overview.searching'),
    in_call: t('admin.overview.inCall'),
  };

  return (
    <>
      <Key
        entries={[
          { label: words.online, colour: 'var(--online)', stroke: 'area' },
          { label: words.most_online, colour: 'var(--online)', stroke: 'faint' },
          { label: words.in_call, colour: 'var(--call)', stroke: 'line' },
          { label: words.searching, colour: 'var(--searching)', stroke: 'dashed' },
        ]}
      />
      <ResponsiveContainer width="100%" height={340} minWidth={0}>
        <ComposedChart
          data={dots}
          margin={{ top: 8, right: 12, bottom: 0, left: 0 }}
          title={t('admin.overview.timeline.title')}
          desc={t('admin.overview.arrows')}
        >
          <CartesianGrid {...grid} />
          <XAxis
            {...axis}
            dataKey="at"
            type="number"
            scale="time"
            domain={['dataMin', 'dataMax']}
            ticks={ticks}
            tickFormatter={(at: number) => onAxis(at, to - from)}
            minTickGap={28}
          />
          <YAxis {...countAxis} />
          <Tooltip
            isAnimationActive={false}
            cursor={{ stroke: 'var(--line-strong)' }}
            content={({ active, payload }) => {
              const here = payload[0]?.payload as Dot | undefined;
              if (!active || typeof here?.online !== 'number') return null;
              return (
                <Note
                  title={stepMs < 60_000 ? exactTime(here.at) : fullTime(here.at)}
                  lines={(['most_online', 'online', 'searching', 'in_call'] as const).map((name) => [
                    words[name],
                    number(here[name] ?? 0),
                  ])}
                />
              );
            }}
          />
          <Area
            {...curve}
            dataKey="most_online"
            name={words.most_online}
            stroke="none"
            fill="var(--online)"
            fillOpacity={0.12}
          />
          <Area
            {...curve}
            dataKey="online"
            name={words.online}
            stroke="var(--online)"
            strokeWidth={1.5}
            fill="var(--online)"
            fillOpacity={0.2}
          />
          <Area
            {...curve}
            dataKey="in_call"
            name={words.in_call}
            stroke="var(--call)"
            strokeWidth={2.5}
            fill="var(--call)"
            fillOpacity={0.14}
          />
          <Line
            {...curve}
            dataKey="searching"
            name={words.searching}
            stroke="var(--searching)"
            strokeWidth={2.25}
            strokeDasharray="6 4"
          />
          {/* It keeps its own indexes until a part is chosen: ours would be out of range while it has older data. */}
          <Brush
            dataKey="at"
            height={46}
            travellerWidth={12}
            fill="var(--paper-sunk)"
            stroke="var(--ink-soft)"
            traveller={Handle}
            className={styles.brush}
            ariaLabel={t('admin.overview.timeline.brush')}
            tickFormatter={() => ''}
            {...(part !== undefined && { startIndex, endIndex })}
            onChange={({ startIndex: first, endIndex: last }) => {
              const isAll = first === 0 && last === dots.length - 1;
              setPart(isAll ? null : { from: dots[first]?.at ?? 0, to: dots[last]?.at ?? 0 });
            }}
          >
            <ComposedChart>
              <Area {...curve} dataKey="online" stroke="none" fill="var(--online)" fillOpacity={0.4} />
              <Area {...curve} dataKey="in_call" stroke="none" fill="var(--call)" fillOpacity={0.55} />
            </ComposedChart>
          </Brush>
        </ComposedChart>
      </ResponsiveContainer>
      <p className={styles.part}>
        <span>
          {fullTime(from)} – {fullTime(to)}
        </span>
        {part && (
          <>
            <Button
              kind="quiet"
              onClick={() => choose({ name: 'chosen', from: new Date(from), to: new Date(to) })}
            >
              {t('admin.overview.timeline.only')}
            </Button>
            <Button kind="quiet" onClick={() => setPart(null)}>
              {t('admin.overview.timeline.all')}
            </Button>
          </>
        )}
      </p>
    </>
  );
}

/** What one takes hold of to choose the beginning or the end. */
function Handle({ x, y, width, height }: { x: number; y: number; width: number; height: number }) {
  return (
    <g className={styles.handle}>
      <rect {...{ x, y, width, height }} rx="4" />
      <path d={`M${x + width / 2} ${y + height / 2 - 7}v14`} />
    </g>
  );
}

const curve = { type: 'monotone', dot: false, isAnimationActive: false, connectNulls: false } as const;

const dot = ({ at, row }: { at: number; row: Point | null }): Dot => ({
  at,
  most_online: row?.most_online ?? null,
  online: row?.online ?? null,
  searching: row?.searching ?? null,
  in_call: row?.in_call ?? null,
});
