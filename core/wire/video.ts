import { z } from 'zod';
import { publicReasons, roundStatuses, states } from '../journey/journey.ts';
import { rules } from '../rules.ts';
import { fitsMailbox, parseCursor, signalTypes } from '../mailbox/signal.ts';
import { id, moment, paragraph } from './common.ts';
import { holding, notice } from './matching.ts';

const epoch = z.int().min(0).max(1_000_000);
const state = z.enum(states);
const endReason = z.enum(publicReasons);

export const roundParams = z.strictObject({ id });

const ice = {
  ice_servers: z.array(
    z.strictObject({
      urls: z.array(z.string()),
      username: z.string().optional(),
      credential: z.string().optional(),
    }),
  ),
  ice_transport_policy: z.enum(['all', 'relay']),
};

export const videoSession = z
  .strictObject({
    session_id: id,
    status: z.enum(roundStatuses),
    mode: z.enum(['video', 'text']),
    state,
    duration: z.number().nullable().meta({ description: 'Seconds, once the clock has started' }),
    started_at: moment.nullable(),
    ends_at: moment.nullable(),
    remaining_ms: z.number().nullable(),
    server_time: moment,
    ended_at: moment.nullable(),
    end_reason: endReason.nullable(),
    ended_by: z.enum(['me', 'partner', 'system']).nullable(),
    partner: z.strictObject({
      user_name: z.string(),
      user_age: z.int(),
      user_bio: z.string(),
      user_interests: z.array(z.string()),
      joined: z.boolean(),
    }),
    role: z.enum(['offerer', 'answerer']),
    epoch,
    peer_epoch: epoch,
    ...ice,
  })
  .meta({ id: 'VideoSession' });

export const chatLine = z.strictObject({ id, text: z.string(), created_at: moment }).meta({ id: 'ChatLine' });

export const joinAnswer = z
  .strictObject({
    timer_started: z.boolean(),
    message: z.string(),
    state_version: z.int(),
    epoch,
    peer_epoch: epoch,
    cursor: z.string().nullable(),
    role: z.enum(['offerer', 'answerer']),
    mode: z.enum(['video', 'text']),
    remaining_ms: z.number().nullable(),
    messages: z
      .array(chatLine.extend({ mine: z.boolean() }))
      .meta({ description: 'What has been said so far' }),
    ...ice,
  })
  .meta({ id: 'Joined' });

export const signalsQuery = z.strictObject({
  ...holding,
  after: z
    .string()
    .refine((text) => parseCursor(text) !== null, 'Expected a cursor: generation:seq')
    .optional()
    .meta({ description: 'The cursor; without it, everything since the reader joined' }),
});

export const signalsAnswer = z
  .strictObject({
    signals: z.array(
      z.strictObject({
        seq: z.int(),
        epoch,
        type: z.enum([...signalTypes, 'message']),
        data: z.unknown(),
        created_at: moment,
      }),
    ),
    next: z.string().nullable(),
    reset: z.literal(true).optional().meta({ description: 'The log was lost: join again' }),
    session: z.strictObject({
      status: z.enum(roundStatuses),
      state,
      state_version: z.int(),
      remaining_ms: z.number().nullable(),
      epoch: epoch.meta({
        description: 'Of the reader’s own latest page; whoever knows a smaller one was replaced',
      }),
      peer: z.strictObject({ epoch, joined: z.boolean() }),
      notice: notice.nullable(),
    }),
  })
  .meta({ id: 'Signals' });

const signalData = z
  .unknown()
  .refine((data) => data !== undefined, 'Required')
  .refine(fitsMailbox, `At most ${rules.signalBytes} bytes of JSON`);
const signal = {
  type: z.enum(signalTypes),
  data: signalData,
};
const clientSeq = z.int().min(1).max(1_000_000_000);

/** The guide's single signal, or a batch. */
export const sendSignalBody = z
  .union([
    z.strictObject({
      session_id: id,
      epoch: epoch.optional(),
      peer_epoch: epoch.optional(),
      signals: z
        .array(z.strictObject({ client_seq: clientSeq, ...signal }))
        .min(1)
        .max(rules.signalsPerPost),
    }),
    z.strictObject({
      session_id: id,
      client_seq: clientSeq.optional(),
      target_user_id: z.unknown().optional().meta({ description: 'Ignored: there is one partner' }),
      ...signal,
    }),
  ])
  .meta({ id: 'SendSignal' });

export const sentAnswer = z
  .strictObject({
    acked: z.int().meta({ description: 'Everything up to this client_seq has arrived, or was dropped' }),
    dropped: z
      .int()
      .optional()
      .meta({ description: 'How many of these were for a page that the partner had left' }),
    epoch,
    peer_epoch: epoch,
  })
  .meta({ id: 'SignalsSent' });

export const exitAnswer = z
  .strictObject({
    state,
    state_version: z.int(),
    end_reason: endReason,
    notice,
    cooldown_until: moment.nullable(),
  })
  .meta({ id: 'Exit' });

export const leaveBody = z.strictObject({ epoch }).meta({ id: 'Leave' });

export const messageBody = z.strictObject({ text: paragraph(1, rules.chatLineLength) }).meta({ id: 'Say' });

const figure = z.number().min(0).max(1e9).optional();
export const qualityBody = z
  .strictObject({
    setup_ms: figure,
    rtt_ms: figure,
    loss: z.number().min(0).max(1).optional(),
    stalls: figure,
    relayed: z.boolean().optional(),
    no_route: z
      .boolean()
      .optional()
      .meta({ description: 'No way was found for sound and picture: set-up was given up' }),
  })
  .meta({ id: 'CallQuality' });
