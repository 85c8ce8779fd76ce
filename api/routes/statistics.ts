import { anomalies } from '#core/records/anomalies.ts';
import { callStatistics } from '#core/records/callStatistics.ts';
import { exclusionStatistics } from '#core/records/exclusionStatistics.ts';
import { moderationStatistics } from '#core/records/moderationStatistics.ts';
import { roundStatistics } from '#core/records/roundStatistics.ts';
import { stateStatistics } from '#core/records/stateStatistics.ts';
import { waitStatistics } from '#core/records/waitStatistics.ts';
import {
  anomalyAnswer,
  callStatistics as callAnswer,
  exclusionStatistics as exclusionAnswer,
  moderationStatistics as moderationAnswer,
  periodQuery,
  roundStatistics as roundAnswer,
  stateStatistics as stateAnswer,
  waitStatistics as waitAnswer,
} from '#core/wire/statistics.ts';
import { operation } from '../operation.ts';

const usual = {
  method: 'get' as const,
  tags: ['statistics'],
  auth: 'moderator' as const,
  limits: ['read' as const],
};
const ofAPeriod = { ...usual, query: periodQuery };

/** Figures of the whole system. Answers are cached for seconds by their query: leave `end_time` out for "until now". */
export const statistics = [
  operation({
    ...ofAPeriod,
    path: '/api/admin/statistics/rounds',
    summary: 'Rounds, what became of them, and what was decided',
    responses: { 200: roundAnswer },
    handle: ({ query }) => roundStatistics(query),
  }),

  operation({
    ...ofAPeriod,
    path: '/api/admin/statistics/waits',
    summary: 'How long people waited to be paired',
    responses: { 200: waitAnswer },
    handle: ({ query }) => waitStatistics(query),
  }),

  operation({
    ...ofAPeriod,
    path: '/api/admin/statistics/states',
    summary: 'How long people stayed in each state',
    responses: { 200: stateAnswer },
    handle: ({ query }) => stateStatistics(query),
  }),

  operation({
    ...ofAPeriod,
    path: '/api/admin/statistics/calls',
    summary: 'How video calls were set up and went, as clients told',
    responses: { 200: callAnswer },
    handle: ({ query }) => callStatistics(query),
  }),

  operation({
    ...usual,
    path: '/api/admin/statistics/exclusions',
    summary: 'How many others people are kept apart from at this moment',
    responses: { 200: exclusionAnswer },
    handle: () => exclusionStatistics(),
  }),

  operation({
    ...ofAPeriod,
    path: '/api/admin/statistics/anomalies',
    summary:
      'Who skips in bursts, seldom joins, or is flagged from many devices, in the last week of the period',
    responses: { 200: anomalyAnswer },
    handle: ({ query }) => anomalies(query),
  }),

  operation({
    ...ofAPeriod,
    path: '/api/admin/statistics/moderation',
    summary: 'What moderators have before them, and what they did',
    responses: { 200: moderationAnswer },
    handle: ({ query }) => moderationStatistics(query),
  }),
];
