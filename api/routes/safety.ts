import { z } from 'zod';
import { block, listBlocks, unblock } from '#core/safety/block.ts';
import { amendFlag, flag, listFlags } from '#core/safety/flag.ts';
import { withdrawFlag } from '#core/safety/withdrawFlag.ts';
import {
  amendFlagBody,
  blockAnswer,
  blockBody,
  blocksAnswer,
  flagAnswer,
  flagBody,
  flaggedAnswer,
  flagsAnswer,
  flagsQuery,
} from '#core/wire/safety.ts';
import { roundParams as byId } from '#core/wire/video.ts';
import { operation } from '../operation.ts';

const tags = ['safety'];

export const safety = [
  operation({
    method: 'post',
    path: '/api/flags',
    summary: 'Flag the partner of a round: saved before the answer; ends the round and blocks the pair',
    description:
      'Possible until ten minutes after the round. Reason and category may follow. Flags are never refused for their number; repeats for one round are, once the first has been saved.',
    tags,
    auth: 'user',
    limits: [],
    repeats: 'flag_repeat',
    body: flagBody,
    responses: { 201: flaggedAnswer },
    problems: ['flag_too_late'],
    handle: async ({ me, body, onRepeat }) => {
      const { flag: saved, journey } = await flag(me.userId, body, onRepeat);
      return { flag: saved, state: journey.state, state_version: journey.version };
    },
  }),

  operation({
    method: 'get',
    path: '/api/flags',
    summary: 'One’s own flags',
    tags,
    auth: 'user',
    limits: ['read'],
    query: flagsQuery,
    responses: { 200: flagsAnswer },
    handle: async ({ me, query }) => {
      const flags = await listFlags(me.userId, query);
      return { flags, total: flags.length };
    },
  }),

  operation({
    method: 'patch',
    path: '/api/flags/{id}',
    summary: 'Add the reason or the category to one’s own flag',
    tags,
    auth: 'user',
    limits: ['write'],
    params: byId,
    body: amendFlagBody,
    responses: { 200: flagAnswer },
    problems: ['flag_reviewed'],
    handle: ({ me, params, body }) => amendFlag(me.userId, params.id, body),
  }),

  operation({
    method: 'delete',
    path: '/api/flags/{id}',
    summary: 'Withdraw one’s own flag: it stays in the queue, marked, and counts towards nothing automatic',
    tags,
    auth: 'user',
    limits: ['write'],
    params: byId,
    responses: { 200: flagAnswer },
    problems: ['flag_reviewed'],
    handle: ({ me, params }) => withdrawFlag(me.userId, params.id),
  }),

  operation({
    method: 'post',
    path: '/api/blocks',
    summary: 'Never meet the partner of a round again; a live round ends',
    tags,
    auth: 'user',
    limits: ['write'],
    body: blockBody,
    responses: { 201: blockAnswer },
    handle: ({ me, body }) => block(me.userId, body.match_id),
  }),

  operation({
    method: 'get',
    path: '/api/blocks',
    summary: 'Whom one has blocked',
    tags,
    auth: 'user',
    openToRestricted: true,
    limits: ['read'],
    responses: { 200: blocksAnswer },
    handle: async ({ me }) => ({ blocks: await listBlocks(me.userId) }),
  }),

  operation({
    method: 'delete',
    path: '/api/blocks/{id}',
    summary: 'Take a block back',
    tags,
    auth: 'user',
    limits: ['write'],
    params: byId,
    responses: { 204: z.undefined() },
    handle: ({ me, params }) => unblock(me.userId, params.id).then(() => undefined),
  }),
];
