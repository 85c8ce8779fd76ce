import type * as activity from '#core/wire/activity.ts';
import type * as health from '#core/wire/health.ts';
import type * as statistics from '#core/wire/statistics.ts';
import type { Answer } from '../../../api/wire.ts';

export type Live = Answer<typeof activity.liveAnswer>;
export type ActivityHistory = Answer<typeof activity.activityHistoryAnswer>;
export type RoundStatistics = Answer<typeof statistics.roundStatistics>;
export type WaitStatistics = Answer<typeof statistics.waitStatistics>;
export type Distribution = WaitStatistics['time_to_match'];
export type StateStatistics = Answer<typeof statistics.stateStatistics>;
export type CallStatistics = Answer<typeof statistics.callStatistics>;
export type ModerationStatistics = Answer<typeof statistics.moderationStatistics>;
export type Anomalies = Answer<typeof statistics.anomalyAnswer>;
export type ExclusionStatistics = Answer<typeof statistics.exclusionStatistics>;
export type Queues = Answer<typeof health.queuesAnswer>;
export type Jobs = Answer<typeof health.jobsAnswer>;
export type Pools = Answer<typeof health.poolsAnswer>;
