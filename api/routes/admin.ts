import { z } from 'zod';
import { findPeople, listAppeals, listRestrictions } from '#core/moderation/lists.ts';
import { restrictFairly } from '#core/moderation/restrictFairly.ts';
import { readLogPage, verifyLog } from '#core/audit/log.ts';
import { setRole } from '#core/moderation/role.ts';
import { findPerson } from '#core/moderation/story.ts';
import { readUrgent } from '#core/moderation/urgent.ts';
import { answerAppeal } from '#core/safety/appeal.ts';
import { confirmPermanent, lift } from '#core/safety/lift.ts';
import { letIn, listNewcomers } from '#core/safety/newcomer.ts';
import {
  answerAppealBody,
  answeredAnswer,
  appealsAnswer,
  appealsQuery,
  byId,
  imposedAnswer,
  logAnswer,
  logQuery,
  newcomersAnswer,
  peopleAnswer,
  peopleQuery,
  personAnswer,
  restrictBody,
  restriction,
  restrictionsAnswer,
  restrictionsQuery,
  roleBody,
  urgentAnswer,
  verificationAnswer,
  verificationQuery,
} from '#core/wire/moderation.ts';
import { operation } from '../operation.ts';

const tags = ['moderation'];

/** People, restrictions, appeals and the log. */
export const admin = [
  operation({
    method: 'get',
    path: '/api/admin/users',
    summary: 'Find people by id, e-mail or the beginning of their name',
    tags,
    auth: 'moderator',
    limits: ['read'],
    query: peopleQuery,
    responses: { 200: peopleAnswer },
    handle: async ({ query }) => ({ people: await findPeople(query.q, query.limit) }),
  }),

  operation({
    method: 'get',
    path: '/api/admin/users/{id}',
    summary: 'One person: recent rounds, flags about and by them, what was imposed on them',
    tags,
    auth: 'moderator',
    limits: ['read'],
    params: byId,
    responses: { 200: personAnswer },
    handle: ({ params }) => findPerson(params.id),
  }),

  operation({
    method: 'patch',
    path: '/api/admin/users/{id}',
    summary: 'Give somebody a role, or take it',
    tags,
    auth: 'admin',
    limits: ['write'],
    params: byId,
    body: roleBody,
    responses: { 204: z.undefined() },
    handle: ({ me, params, body }) => setRole(params.id, body.role, me.userId).then(() => undefined),
  }),

  operation({
    method: 'get',
    path: '/api/admin/restrictions',
    summary: 'Warnings and restrictions, newest first',
    tags,
    auth: 'moderator',
    limits: ['read'],
    query: restrictionsQuery,
    responses: { 200: restrictionsAnswer },
    handle: ({ query }) => listRestrictions(query),
  }),

  operation({
    method: 'post',
    path: '/api/admin/restrictions',
    summary: 'Warn or restrict somebody; for good only with a second moderator, where there is one',
    tags,
    auth: 'moderator',
    limits: ['write'],
    body: restrictBody,
    responses: { 201: imposedAnswer },
    handle: ({ me, body }) => restrictFairly(body, me.userId),
  }),

  operation({
    method: 'post',
    path: '/api/admin/restrictions/{id}/confirm',
    summary: 'The second moderator makes a restriction permanent',
    tags,
    auth: 'moderator',
    limits: ['write'],
    params: byId,
    responses: { 200: restriction },
    problems: ['another_moderator', 'settled_already'],
    handle: ({ me, params }) => confirmPermanent(params.id, me.userId),
  }),

  operation({
    method: 'post',
    path: '/api/admin/restrictions/{id}/lift',
    summary: 'Lift a restriction for everybody whom it reaches',
    tags,
    auth: 'moderator',
    limits: ['write'],
    params: byId,
    responses: { 200: restriction },
    handle: ({ me, params }) => lift(params.id, me.userId),
  }),

  operation({
    method: 'get',
    path: '/api/admin/newcomers',
    summary: 'Networks from which more is asked of newcomers, and these newcomers',
    tags,
    auth: 'moderator',
    limits: ['read'],
    responses: { 200: newcomersAnswer },
    handle: () => listNewcomers(),
  }),

  operation({
    method: 'post',
    path: '/api/admin/newcomers/{id}/let-in',
    summary: 'Say yes to a newcomer, by device_id: no account is asked of them any more',
    tags,
    auth: 'moderator',
    limits: ['write'],
    params: byId,
    responses: { 204: z.undefined() },
    handle: ({ me, params }) => letIn(params.id, me.userId).then(() => undefined),
  }),

  operation({
    method: 'get',
    path: '/api/admin/urgent',
    summary: 'What has to be looked at now: flags about age or violence, people who are held',
    tags,
    auth: 'moderator',
    limits: ['read'],
    responses: { 200: urgentAnswer },
    handle: () => readUrgent(),
  }),

  operation({
    method: 'get',
    path: '/api/admin/appeals',
    summary: 'Appeals with what they are against, newest first',
    tags,
    auth: 'moderator',
    limits: ['read'],
    query: appealsQuery,
    responses: { 200: appealsAnswer },
    handle: ({ query }) => listAppeals(query),
  }),

  operation({
    method: 'post',
    path: '/api/admin/appeals/{id}/answer',
    summary: 'Answer an appeal: another moderator than the one who restricted',
    tags,
    auth: 'moderator',
    limits: ['write'],
    params: byId,
    body: answerAppealBody,
    responses: { 200: answeredAnswer },
    problems: ['another_moderator', 'settled_already'],
    handle: ({ me, params, body }) => answerAppeal(params.id, me.userId, body),
  }),

  operation({
    method: 'get',
    path: '/api/admin/log',
    summary: 'The append-only log of everything that moderators did, newest first',
    tags,
    auth: 'moderator',
    limits: ['read'],
    query: logQuery,
    responses: { 200: logAnswer },
    handle: ({ query: { cursor = null, subject = null, limit } }) => readLogPage({ cursor, subject, limit }),
  }),

  operation({
    method: 'get',
    path: '/api/admin/log/verification',
    summary: 'Recomputes the chain of the whole log: is it as it was written?',
    tags,
    auth: 'moderator',
    limits: ['read'],
    query: verificationQuery,
    responses: { 200: verificationAnswer },
    handle: async ({ query }) => {
      const { entries, head, brokenAt, contains } = await verifyLog(query.known);
      return { entries, head, broken_at: brokenAt, contains_known: contains };
    },
  }),
];
