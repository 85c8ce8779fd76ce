import { z } from 'zod';
import { appeal } from '#core/safety/appeal.ts';
import { listOwnRestrictions, markSeen } from '#core/safety/ownRestrictions.ts';
import { appealAnswer, appealBody, ownRestrictions } from '#core/wire/restrictions.ts';
import { byId } from '#core/wire/moderation.ts';
import { operation } from '../operation.ts';

const tags = ['safety'];

/** What stays open to a restricted person: to read why, and to appeal. */
export const restrictions = [
  operation({
    method: 'get',
    path: '/api/me/restrictions',
    summary: 'Warnings and restrictions that reach oneself, with what became of one’s appeals',
    tags,
    auth: 'user',
    openToRestricted: true,
    limits: ['read'],
    responses: { 200: ownRestrictions },
    handle: async ({ me }) => ({ restrictions: await listOwnRestrictions(me) }),
  }),

  operation({
    method: 'post',
    path: '/api/me/restrictions/{id}/seen',
    summary: 'I have read this: a warning is shown once',
    tags,
    auth: 'user',
    openToRestricted: true,
    limits: ['write'],
    params: byId,
    responses: { 204: z.undefined() },
    handle: ({ me, params }) => markSeen(me.userId, params.id).then(() => undefined),
  }),

  operation({
    method: 'post',
    path: '/api/appeals',
    summary: 'Appeal against a warning or a restriction, once each',
    tags,
    auth: 'user',
    openToRestricted: true,
    limits: ['write'],
    idempotent: true,
    body: appealBody,
    responses: { 201: appealAnswer },
    problems: ['nothing_to_appeal', 'appealed_already'],
    handle: async ({ me, body, idempotencyKey }) => {
      const { user_id: _u, device_id: _d, answered_by: _b, ...made } = await appeal(me, body, idempotencyKey);
      return made;
    },
  }),
];
