import { listCases } from '#core/moderation/queue.ts';
import { claim, dismiss, note, resolve } from '#core/moderation/review.ts';
import { readStory } from '#core/moderation/story.ts';
import {
  byId,
  claimAnswer,
  closedAnswer,
  noteAnswer,
  noteBody,
  queueAnswer,
  queueQuery,
  resolveBody,
  storyAnswer,
  writeCursor,
} from '#core/wire/moderation.ts';
import { operation } from '../operation.ts';

const tags = ['moderation'];

/** The moderators' work on flags. */
export const moderation = [
  operation({
    method: 'get',
    path: '/api/admin/flags',
    summary: 'The queue: one case a flagged person, the most urgent first',
    description:
      'Priority is the sum of its `parts`: the gravest category, distinct reporting devices, recency. All open flags about one person are one case.',
    tags,
    auth: 'moderator',
    limits: ['read'],
    query: queueQuery,
    responses: { 200: queueAnswer },
    handle: async ({ me, query }) => {
      const { next_cursor, ...page } = await listCases(query, me.userId);
      return { ...page, next_cursor: next_cursor && writeCursor(next_cursor) };
    },
  }),

  operation({
    method: 'get',
    path: '/api/admin/flags/{id}',
    summary: 'One flag’s whole story',
    tags,
    auth: 'moderator',
    limits: ['read'],
    params: byId,
    responses: { 200: storyAnswer },
    handle: ({ params }) => readStory(params.id),
  }),

  operation({
    method: 'post',
    path: '/api/admin/flags/{id}/claim',
    summary: 'Claim the case for half an hour: all open flags about this person',
    tags,
    auth: 'moderator',
    limits: ['write'],
    params: byId,
    responses: { 200: claimAnswer },
    problems: ['claimed', 'settled_already'],
    handle: async ({ me, params }) => ({ flags: await claim(params.id, me.userId) }),
  }),

  operation({
    method: 'post',
    path: '/api/admin/flags/{id}/resolve',
    summary: 'Close what one has claimed of a case, and warn or restrict the person',
    tags,
    auth: 'moderator',
    limits: ['write'],
    params: byId,
    body: resolveBody,
    responses: { 200: closedAnswer },
    problems: ['not_claimed', 'settled_already'],
    handle: ({ me, params, body }) =>
      resolve(params.id, me.userId, { ...body, hours: body.hours ?? null, reason: body.reason ?? '' }),
  }),

  operation({
    method: 'post',
    path: '/api/admin/flags/{id}/dismiss',
    summary: 'Close what one has claimed of a case: there is nothing to it',
    tags,
    auth: 'moderator',
    limits: ['write'],
    params: byId,
    responses: { 200: closedAnswer },
    problems: ['not_claimed', 'settled_already'],
    handle: ({ me, params }) => dismiss(params.id, me.userId),
  }),

  operation({
    method: 'post',
    path: '/api/admin/flags/{id}/notes',
    summary: 'Write a note for other moderators',
    tags,
    auth: 'moderator',
    limits: ['write'],
    params: byId,
    body: noteBody,
    responses: { 201: noteAnswer },
    handle: ({ me, params, body }) => note(params.id, me.userId, body.text),
  }),
];
