import { listMatches, readMatch } from '#core/records/history.ts';
import { match, matchesAnswer, matchesQuery } from '#core/wire/records.ts';
import { roundParams as byId } from '#core/wire/video.ts';
import { operation } from '../operation.ts';

const tags = ['records'];

export const records = [
  operation({
    method: 'get',
    path: '/api/matches',
    summary: 'One’s own rounds, newest first; `mutual=true` for the matches',
    tags,
    auth: 'user',
    limits: ['read'],
    query: matchesQuery,
    responses: { 200: matchesAnswer },
    handle: ({ me, query }) => listMatches(me.userId, query),
  }),

  operation({
    method: 'get',
    path: '/api/matches/{id}',
    summary: 'One of one’s own rounds',
    tags,
    auth: 'user',
    limits: ['read'],
    params: byId,
    responses: { 200: match },
    handle: ({ me, params }) => readMatch(me.userId, params.id),
  }),
];
