import type { Anomalies, CallStatistics, ModerationStatistics, Pools, Queues } from './wire.ts';

/** Something that an operator had better look at. */
export interface Trouble {
  kind: (typeof kinds)[number];
  /** `alarm`: people feel it now. `notice`: they will. */
  severity: 'alarm' | 'notice';
  /** How many, or how long in seconds. */
  amount: number;
  /** The part of the page that shows it. */
  part: 'machine' | 'waiting' | 'line' | 'safety';
}

/** Worst first. */
const kinds = [
  'no_workers',
  'no_samples',
  'unled',
  'backlog',
  'long_wait',
  'failed_jobs',
  'slow_setup',
  'old_flag',
  'anomalies',
] as const;

/** What has been read so far. */
export interface Findings {
  queues?: Queues | undefined;
  pools?: Pools | undefined;
  calls?: CallStatistics | undefined;
  moderation?: ModerationStatistics | undefined;
  anomalies?: Anomalies | undefined;
}

/** From when on it is trouble: the thresholds of the alerts in docs/ops. */
const bounds = {
  sampleSeconds: 60,
  backlogSeconds: 30,
  waitSeconds: 120,
  setupMs: 5_000,
  setupReports: 20,
  flagHours: 24,
};

/** What is wrong, worst first; what has not been read yet is not judged. */
export function troubles({ queues, pools, calls, moderation, anomalies }: Findings): Trouble[] {
  const found = [
    ...(queues ? ofQueues(queues) : []),
    ...(pools ? ofPools(pools) : []),
    calls &&
      calls.setup.p90 !== null &&
      calls.reports >= bounds.setupReports &&
      calls.setup.p90 > bounds.setupMs &&
      notice('slow_setup', calls.setup.p90 / 1000, 'line'),
    moderation?.now.oldest_pending_at &&
      secondsBetween(moderation.now.oldest_pending_at, moderation.end_time) > bounds.flagHours * 3600 &&
      notice('old_flag', secondsBetween(moderation.now.oldest_pending_at, moderation.end_time), 'safety'),
    anomalies && anomalies.anomalies.length > 0 && notice('anomalies', anomalies.anomalies.length, 'safety'),
  ].filter((one): one is Trouble => Boolean(one));
  return found.sort((a, b) => kinds.indexOf(a.kind) - kinds.indexOf(b.kind));
}

function ofQueues({ queues, server_time, last_sample_at }: Queues) {
  const idle = queues.filter(({ workers }) => workers === 0).length;
  const unsampled = last_sample_at === null ? Infinity : secondsBetween(last_sample_at, server_time);
  const oldest = Math.max(
    0,
    ...queues.map(({ oldest_waiting_at: at }) => (at === null ? 0 : secondsBetween(at, server_time))),
  );
  const failed = queues.reduce((sum, queue) => sum + queue.failed, 0);
  return [
    idle > 0 && alarm('no_workers', idle, 'machine'),
    unsampled > bounds.sampleSeconds && alarm('no_samples', unsampled, 'machine'),
    oldest > bounds.backlogSeconds && alarm('backlog', oldest, 'machine'),
    failed > 0 && notice('failed_jobs', failed, 'machine'),
  ];
}

/** A pool in which at most one person waits has nobody to pair. */
function ofPools({ pools }: Pools) {
  const busy = pools.filter(({ waiting }) => waiting >= 2);
  const unled = busy.filter(({ led }) => !led).length;
  const longest = Math.max(0, ...busy.map(({ longest_wait_seconds: seconds }) => seconds ?? 0));
  return [
    unled > 0 && alarm('unled', unled, 'waiting'),
    longest > bounds.waitSeconds && notice('long_wait', longest, 'waiting'),
  ];
}

const alarm = (kind: Trouble['kind'], amount: number, part: Trouble['part']): Trouble => ({
  ...{ kind, amount, part },
  severity: 'alarm',
});
const notice = (kind: Trouble['kind'], amount: number, part: Trouble['part']): Trouble => ({
  ...{ kind, amount, part },
  severity: 'notice',
});

const secondsBetween = (from: string, to: string): number => (Date.parse(to) - Date.parse(from)) / 1000;
