import { z } from 'zod';
import { likelyPool } from '#core/pools.ts';
import { end, skip } from '#core/rounds/exit.ts';
import { join } from '#core/rounds/join.ts';
import { leave } from '#core/rounds/leave.ts';
import { noteQuality } from '#core/rounds/quality.ts';
import { readRound } from '#core/rounds/read.ts';
import { rules } from '#core/rules.ts';
import { linesOf, say } from '#core/signalling/message.ts';
import { readSignals } from '#core/polling/readSignals.ts';
import { send } from '#core/signalling/send.ts';
import { parseCursor } from '#core/mailbox/signal.ts';
import {
  chatLine,
  exitAnswer,
  joinAnswer,
  leaveBody,
  messageBody,
  qualityBody,
  roundParams,
  sendSignalBody,
  sentAnswer,
  signalsAnswer,
  signalsQuery,
  videoSession,
} from '#core/wire/video.ts';
import { holding } from '../holding.ts';
import { operation } from '../operation.ts';
import { presentJoined, signalsIn } from '../present.ts';

const tags = ['video'];

export const video = [
  operation({
    method: 'get',
    path: '/api/video/session/{id}',
    summary: 'A round as its participant sees it',
    tags,
    auth: 'user',
    limits: ['poll'],
    params: roundParams,
    responses: { 200: videoSession },
    problems: ['round_cancelled'],
    handle: ({ me, params }) => readRound(me.userId, params.id),
  }),

  operation({
    method: 'post',
    path: '/api/video/join-call/{id}',
    summary: 'Join a round, or join it again after a refresh',
    description:
      'When both have joined the clock starts. Joining again gives the next `epoch`; the older page is replaced. A repeat under the same Idempotency-Key is the same page.',
    tags,
    auth: 'user',
    limits: ['write'],
    idempotent: true,
    params: roundParams,
    responses: { 200: joinAnswer },
    problems: ['round_cancelled', 'round_over'],
    handle: async ({ me, params, idempotencyKey }) => {
      const joined = await join(me.userId, params.id, idempotencyKey);
      return presentJoined(me.userId, joined, await linesOf(me.userId, params.id));
    },
  }),

  operation({
    method: 'get',
    path: '/api/video/signals/{id}',
    summary: 'Signals after a cursor; nothing is deleted by reading',
    tags,
    auth: 'user',
    limits: ['poll'],
    poll: true,
    params: roundParams,
    query: signalsQuery,
    responses: { 200: signalsAnswer },
    handle: ({ me, params, query, onClose }) =>
      readSignals(
        { userId: me.userId, pool: likelyPool(me.userId) },
        params.id,
        query.after === undefined ? null : parseCursor(query.after),
        query.seen ?? null,
        holding(query.wait, onClose),
      ),
  }),

  operation({
    method: 'post',
    path: '/api/video/send-signal',
    summary: 'Send one signal, or a batch that may safely be repeated',
    tags,
    auth: 'user',
    limits: ['signal'],
    poll: true, // as frequent, and its script notes the arrival too
    body: sendSignalBody,
    bodyBytes: rules.mailboxBytes, // no more would fit
    responses: { 202: sentAnswer },
    problems: ['round_over', 'not_joined', 'replaced', 'mailbox_full'],
    handle: ({ me, body }) => {
      const { signals, epochs } = signalsIn(body);
      return send(me.userId, body.session_id, signals, epochs);
    },
  }),

  operation({
    method: 'post',
    path: '/api/video/skip-call/{id}',
    summary: 'Skip: both go back to the pool. Always works',
    tags,
    auth: 'user',
    limits: ['write'],
    params: roundParams,
    responses: { 200: exitAnswer },
    handle: ({ me, params }) => skip(me.userId, params.id),
  }),

  operation({
    method: 'post',
    path: '/api/video/end-call/{id}',
    summary: 'End: I go home, my partner goes back to the pool',
    tags,
    auth: 'user',
    limits: ['write'],
    params: roundParams,
    responses: { 200: exitAnswer },
    handle: ({ me, params }) => end(me.userId, params.id),
  }),

  operation({
    method: 'post',
    path: '/api/video/leave/{id}',
    summary: 'The page is being left; any later request takes it back',
    tags,
    auth: 'user',
    limits: ['write'],
    farewell: true,
    params: roundParams,
    body: leaveBody,
    responses: { 204: z.undefined() },
    handle: ({ me, params, body }) => leave(me.userId, params.id, body.epoch).then(() => undefined),
  }),

  operation({
    method: 'post',
    path: '/api/video/messages/{id}',
    summary: 'Say something in writing',
    tags,
    auth: 'user',
    limits: ['chat'],
    idempotent: true,
    params: roundParams,
    body: messageBody,
    responses: { 201: chatLine },
    problems: ['round_not_started', 'round_over', 'not_joined', 'idempotency_mismatch', 'mailbox_full'],
    handle: ({ me, params, body, idempotencyKey }) => say(me.userId, params.id, body.text, idempotencyKey),
  }),

  operation({
    method: 'post',
    path: '/api/video/quality/{id}',
    summary: 'How the call went, as the client measured it',
    tags,
    auth: 'user',
    limits: ['write'],
    params: roundParams,
    body: qualityBody,
    responses: { 204: z.undefined() },
    handle: ({ me, params, body }) => noteQuality(me.userId, params.id, body).then(() => undefined),
  }),
];
