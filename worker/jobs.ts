import { expireGuests } from '#core/accounts/expireGuests.ts';
import { settle } from '#core/decisions/settle.ts';
import type { JobName } from '#core/jobs.ts';
import { cleanUpSessions } from '#core/sweeps/journeys.ts';
import { closeHours } from '#core/records/closedHours.ts';
import { forgetExpired } from '#core/records/retention.ts';
import { takeSample } from '#core/records/sample.ts';
import { endRoundByClock } from '#core/rounds/end.ts';
import { cancelAbandoned } from '#core/sweeps/rounds.ts';
import { actOnAllFlags } from '#core/safety/actOnFlags.ts';

/** What a job carries: ids only. */
export interface JobData {
  roundId?: string;
}

/** Each job calls one function of core, which looks again: a job may come late, twice, or for nothing. */
export const jobs: Record<JobName, (data: JobData) => Promise<unknown>> = {
  'end-round': ({ roundId = '' }) => endRoundByClock(roundId),
  'settle-decisions': ({ roundId = '' }) => settle(roundId),
  'clean-up-sessions': cleanUpSessions,
  'cancel-abandoned-rounds': cancelAbandoned,
  'expire-guests': () => expireGuests(),
  'forget-expired': forgetExpired,
  'restrict-flagged': actOnAllFlags,
  'sample-activity': takeSample,
  'close-hours': closeHours,
};
