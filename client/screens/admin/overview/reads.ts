import { keepPreviousData, useQuery, type UseQueryResult } from '@tanstack/react-query';
import { useState } from 'react';
import { rules } from '#core/rules.ts';
import { useApi } from '../../../app/house.ts';
import { periodOf, secondsOf, type Span } from './span.ts';
import type * as wire from './wire.ts';

/** Something that is read from the server again and again. */
export type Read<Answer> = UseQueryResult<Answer>;

/** How often each thing is read, ms. A hidden tab reads nothing. */
const everyMs = { live: 4_000, machine: 5_000, history: 10_000, statistics: 30_000 } as const;

function usePolled<Answer>(
  path: string,
  pace: keyof typeof everyMs,
  span?: Span,
  query: Record<string, string | number> = {},
): Read<Answer> {
  const api = useApi();
  return useQuery({
    queryKey: ['admin', path, query, span],
    queryFn: ({ signal }) =>
      api.send<Answer>({
        method: 'GET',
        path: `/api/${path}`,
        query: { ...query, ...(span && periodOf(span, Date.now())) },
        patienceMs: 0, // it is asked again soon enough
        signal,
      }),
    refetchInterval: everyMs[pace],
    staleTime: everyMs[pace] / 2,
    placeholderData: keepPreviousData,
    retry: false,
  });
}

/** Where everybody is now. */
export const useLive = () => usePolled<wire.Live>('admin/live', 'live');

/** Where everybody was, in steps as fine as the screen can show. */
export function useHistory(span: Span): Read<wire.ActivityHistory> {
  const [isNarrow] = useState(() => matchMedia('(max-width: 700px)').matches);
  const fitting = Math.ceil(secondsOf(span) / (isNarrow ? mostSteps.narrow : mostSteps.wide));
  const step = Math.min(86_400, Math.max(rules.sampleSeconds, fitting));
  return usePolled<wire.ActivityHistory>('activity/history', 'history', span, { step });
}
const mostSteps = { narrow: 170, wide: 720 };

const statistics = <Answer>(of: string) => {
  const useStatistics = (span: Span) => usePolled<Answer>(`admin/statistics/${of}`, 'statistics', span);
  return useStatistics;
};
export const useRounds = statistics<wire.RoundStatistics>('rounds');
export const useWaits = statistics<wire.WaitStatistics>('waits');
export const useStates = statistics<wire.StateStatistics>('states');
export const useCalls = statistics<wire.CallStatistics>('calls');
export const useAnomalies = statistics<wire.Anomalies>('anomalies');
export const useModeration = statistics<wire.ModerationStatistics>('moderation');

/** Who is kept apart, as it is now. */
export const useExclusions = () =>
  usePolled<wire.ExclusionStatistics>('admin/statistics/exclusions', 'statistics');

export const useQueues = () => usePolled<wire.Queues>('admin/queues', 'machine');
export const usePools = () => usePolled<wire.Pools>('admin/pools', 'machine');
export const useFailedJobs = () =>
  usePolled<wire.Jobs>('admin/jobs', 'machine', undefined, { state: 'failed', limit: 20 });
