import { listAllMatches, readTimeline } from '#core/records/allMatches.ts';
import { matchesFor, readMatch } from '#core/records/history.ts';
import { ownStatistics } from '#core/records/ownStatistics.ts';
import { currentSession, sessionHistory } from '#core/records/sessions.ts';
import {
  allMatchesAnswer,
  allMatchesQuery,
  currentSessionAnswer,
  match,
  matchesAnswer,
  matchesQuery,
  matchStatsAnswer,
  matchStatsQuery,
  roundTimeline,
  sessionHistoryAnswer,
  sessionHistoryQuery,
} from '#core/wire/records.ts';
import { roundParams as byId } from '#core/wire/video.ts';
import { operation } from '../operation.ts';

const tags = ['records'];

/** Who met whom, when, and what came of it. */
export const records = [
  operation({
    method: 'get',
    path: '/api/matches',
    summary: 'One’s own rounds, newest first; `mutual=true` for the matches',
    description: 'With `user_id` of somebody else, for moderators: theirs, without their votes.',
    tags,
    auth: 'user',
    openToRestricted: true,
    limits: ['read'],
    query: matchesQuery,
    responses: { 200: matchesAnswer },
    problems: ['forbidden'],
    handle: ({ me, query }) => matchesFor(me, query),
  }),

  operation({
    method: 'get',
    path: '/api/matches/stats',
    summary: 'One’s own rounds in figures',
    tags,
    auth: 'user',
    limits: ['read'],
    query: matchStatsQuery,
    responses: { 200: matchStatsAnswer },
    problems: ['forbidden'],
    handle: ({ me, query }) => ownStatistics(me, query),
  }),

  operation({
    method: 'get',
    path: '/api/matches/{id}',
    summary: 'One of one’s own rounds',
    tags,
    auth: 'user',
    openToRestricted: true,
    limits: ['read'],
    params: byId,
    responses: { 200: match },
    handle: ({ me, params }) => readMatch(me.userId, params.id),
  }),

  operation({
    method: 'get',
    path: '/api/session/current',
    summary: 'One’s open session, and what came of it so far',
    tags,
    auth: 'user',
    limits: ['read'],
    responses: { 200: currentSessionAnswer },
    handle: ({ me }) => currentSession(me.userId),
  }),

  operation({
    method: 'get',
    path: '/api/session/history',
    summary: 'One’s own sessions, newest first',
    tags,
    auth: 'user',
    limits: ['read'],
    query: sessionHistoryQuery,
    responses: { 200: sessionHistoryAnswer },
    problems: ['forbidden'],
    handle: ({ me, query }) => sessionHistory(me, query),
  }),

  operation({
    method: 'get',
    path: '/api/admin/matches',
    summary: 'Everybody’s rounds, newest first; with `active_at` the calls of an instant',
    tags,
    auth: 'moderator',
    limits: ['read'],
    query: allMatchesQuery,
    responses: { 200: allMatchesAnswer },
    handle: ({ query }) => listAllMatches(query),
  }),

  operation({
    method: 'get',
    path: '/api/admin/matches/{id}',
    summary: 'One round, with every step that its two took in it',
    tags,
    auth: 'moderator',
    limits: ['read'],
    params: byId,
    responses: { 200: roundTimeline },
    handle: ({ params }) => readTimeline(params.id),
  }),
];
