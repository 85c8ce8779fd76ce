import { z } from 'zod';
import { decide } from '#core/decisions/decide.ts';
import { heartbeat, nextMatch } from '#core/polling/nextMatch.ts';
import { likelyPool } from '#core/pools.ts';
import { pause, resume } from '#core/sessions/pause.ts';
import { endSession, leavePage, startSession } from '#core/sessions/session.ts';
import {
  decisionAnswer,
  decisionBody,
  heartbeatAnswer,
  nextMatchAnswer,
  nextMatchQuery,
  sessionAnswer,
  sessionBody,
  startBody,
} from '#core/wire/matching.ts';
import { holding } from '../holding.ts';
import { operation } from '../operation.ts';
import { decisionMessage, presentSession } from '../present.ts';

const tags = ['matching'];

export const matching = [
  operation({
    method: 'post',
    path: '/api/continuous-matching/start',
    summary: 'Start looking for somebody; whatever was going on ends first',
    tags,
    auth: 'user',
    limits: ['write'],
    idempotent: true,
    body: startBody,
    responses: { 201: sessionAnswer },
    problems: ['device_busy', 'account_needed'],
    handle: async ({ me, body, idempotencyKey }) =>
      presentSession(await startSession(me, body, idempotencyKey)),
  }),

  operation({
    method: 'get',
    path: '/api/continuous-matching/next-match',
    summary: 'What is next: nothing yet, a match, a decision, or the end of a call',
    description:
      'Poll it every two seconds, or hold it with `wait`. An open held request is the heartbeat. Send the `state_version` of the last answer as `seen`; a script that does not is answered at once everywhere but in WAITING, and a notice counts as seen with the request after the one that told it.',
    tags,
    auth: 'user',
    limits: ['poll'],
    poll: true,
    query: nextMatchQuery,
    responses: { 200: nextMatchAnswer },
    handle: ({ me, query, onClose }) =>
      nextMatch(
        { userId: me.userId, pool: likelyPool(me.userId) },
        query.session_id,
        query.seen ?? null,
        holding(query.wait, onClose),
      ),
  }),

  operation({
    method: 'post',
    path: '/api/continuous-matching/heartbeat',
    summary: 'I am here',
    tags,
    auth: 'user',
    limits: ['poll'],
    poll: true,
    body: sessionBody,
    responses: { 200: heartbeatAnswer },
    handle: ({ me, body }) => heartbeat({ userId: me.userId, pool: likelyPool(me.userId) }, body.session_id),
  }),

  operation({
    method: 'post',
    path: '/api/continuous-matching/pause',
    summary: 'Pause: at once while waiting, otherwise on the way back to the pool',
    tags,
    auth: 'user',
    limits: ['write'],
    body: sessionBody,
    responses: { 200: sessionAnswer },
    problems: ['wrong_state'],
    handle: async ({ me, body }) => presentSession(await pause(me.userId, body.session_id)),
  }),

  operation({
    method: 'post',
    path: '/api/continuous-matching/resume',
    summary: 'Go on looking',
    tags,
    auth: 'user',
    limits: ['write'],
    body: sessionBody,
    responses: { 200: sessionAnswer },
    problems: ['wrong_state', 'device_busy', 'account_needed'],
    handle: async ({ me, body }) => presentSession(await resume(me.userId, body.session_id)),
  }),

  operation({
    method: 'post',
    path: '/api/continuous-matching/end',
    summary: 'Stop looking; in a round, its End first',
    tags,
    auth: 'user',
    limits: ['write'],
    body: sessionBody,
    responses: { 200: sessionAnswer },
    handle: async ({ me, body }) => presentSession(await endSession(me.userId, body.session_id)),
  }),

  operation({
    method: 'post',
    path: '/api/continuous-matching/leave',
    summary: 'The page is being left: nobody is paired with its owner until their next poll',
    description:
      'Send it with `keepalive` on `pagehide`. The next poll takes it back and gives the old place, so a refresh costs nothing. Without one the session ends after 30 s. A round has its own: /api/video/leave.',
    tags,
    auth: 'user',
    limits: ['write'],
    farewell: true,
    body: sessionBody,
    responses: { 204: z.undefined() },
    handle: ({ me, body }) => leavePage(me.userId, body.session_id).then(() => undefined),
  }),

  operation({
    method: 'post',
    path: '/api/continuous-matching/continue-decision',
    summary: 'Say in secret whether to meet again',
    description:
      'Possible within the decision window after a round that the clock ended. Two yeses are a match at once; anything else is settled when the window closes, and looks the same for both.',
    tags,
    auth: 'user',
    limits: ['write'],
    body: decisionBody,
    responses: { 200: decisionAnswer },
    problems: ['decision_closed', 'already_decided'],
    handle: async ({ me, body }) => {
      const outcome = await decide(me.userId, body.match_id, body.decision, body.ratings);
      return { message: decisionMessage(outcome), outcome };
    },
  }),
];
