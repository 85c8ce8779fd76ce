import { activityHistory } from '#core/records/activityHistory.ts';
import { live } from '#core/records/live.ts';
import { readActivity } from '#core/records/sample.ts';
import { sayActivity } from '#core/records/sayActivity.ts';
import { presentAt } from '#core/records/whereabouts.ts';
import {
  activityHistoryAnswer,
  activityHistoryQuery,
  activityStatsAnswer,
  activityUpdateAnswer,
  activityUpdateBody,
  liveAnswer,
  presentAnswer,
  presentQuery,
} from '#core/wire/activity.ts';
import { operation } from '../operation.ts';

const tags = ['activity'];

/** How many people are where, and who was where when. */
export const activity = [
  operation({
    method: 'post',
    path: '/api/activity/update',
    summary: 'Say that one is here, or goes; polls say it by themselves',
    tags,
    auth: 'user',
    limits: ['write'],
    farewell: true,
    body: activityUpdateBody,
    responses: { 200: activityUpdateAnswer },
    handle: ({ me, body }) => sayActivity(me.userId, body.status),
  }),

  operation({
    method: 'get',
    path: '/api/activity/stats',
    summary: 'How many people were where at the last sample, at most ten seconds ago',
    tags,
    auth: 'user',
    limits: ['read'],
    responses: { 200: activityStatsAnswer },
    handle: () => readActivity(),
  }),

  operation({
    method: 'get',
    path: '/api/activity/history',
    summary: 'How many people were where, step by step',
    description:
      'Means and peaks of samples. The answer’s `step` is the one asked for, or a coarser one: at most 720 points, of samples that are still kept (10 s: 2 days, 60 s: 14 days, 3600 s: 400 days). A step without samples has no point.',
    tags,
    auth: 'moderator',
    limits: ['read'],
    query: activityHistoryQuery,
    responses: { 200: activityHistoryAnswer },
    handle: ({ query }) => activityHistory(query),
  }),

  operation({
    method: 'get',
    path: '/api/admin/live',
    summary: 'What is going on at this moment',
    tags,
    auth: 'moderator',
    limits: ['read'],
    responses: { 200: liveAnswer },
    handle: () => live(),
  }),

  operation({
    method: 'get',
    path: '/api/admin/activity/at',
    summary: 'Who was active at an instant, and where',
    tags,
    auth: 'moderator',
    limits: ['read'],
    query: presentQuery,
    responses: { 200: presentAnswer },
    handle: ({ query }) => presentAt(query),
  }),
];
