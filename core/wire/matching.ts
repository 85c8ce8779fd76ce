import { z } from 'zod';
import { publicReasons, states } from '../journey/journey.ts';
import { decisions, genders, ratingTraits, rules, searchModes } from '../rules.ts';
import { interests } from './account.ts';
import { id, moment, queryInteger } from './common.ts';

const age = z.int().min(rules.adultYears).max(rules.oldestYears);
const state = z.enum(states);
const sessionStatus = z.enum(['active', 'paused', 'ended', 'none']);

/** What to look for. Ages, genders and distance are hard limits; interests and personality order the choice. */
export const startBody = z
  .strictObject({
    mode: z.enum(searchModes).default('both'),
    min_age: age.default(rules.adultYears),
    max_age: age.default(rules.oldestYears),
    genders: z
      .array(z.enum(genders))
      .max(genders.length)
      .default([])
      .meta({ description: 'Empty: everybody' }),
    preferred_interests: interests.default([]),
    personality_weight: z.number().min(0).max(1).default(0.5),
    max_distance_km: z.number().min(1).max(20_040).nullable().default(null),
  })
  .refine(({ min_age, max_age }) => min_age <= max_age, {
    message: 'min_age is above max_age',
    path: ['min_age'],
  })
  .meta({ id: 'StartMatching' });

export const sessionBody = z.strictObject({ session_id: id }).meta({ id: 'SessionReference' });

export const sessionAnswer = z
  .strictObject({
    session_id: id,
    status: sessionStatus,
    state,
    state_version: z.int(),
    cooldown_until: moment.nullable(),
    message: z.string(),
  })
  .meta({ id: 'MatchingSession' });

/** How long a poll may be held, and what its sender has seen. */
export const holding = {
  wait: queryInteger(0, rules.longestHoldSeconds)
    .default(0)
    .meta({ description: 'Hold the request for up to so many seconds until something changes' }),
  seen: queryInteger(0, 2 ** 31 - 1)
    .optional()
    .meta({
      description:
        'The state_version last seen: another one is answered at once, and notices up to it are seen',
    }),
};

export const nextMatchQuery = z.strictObject({ session_id: id, ...holding });

export const notice = z
  .strictObject({
    match_id: id,
    reason: z.enum([...publicReasons, 'mutual']),
    initiated_by: z.enum(['me', 'partner', 'system']),
    target_state: state,
    partner_name: z.string().optional().meta({ description: 'Of a mutual match' }),
  })
  .meta({ id: 'Notice', description: 'How a round ended, or that two people said yes. Repeated until seen' });

export const matchData = z
  .strictObject({
    call_session_id: id,
    video_session_id: id,
    role: z.enum(['offerer', 'answerer']),
    user_name: z.string(),
    user_age: z.int(),
    user_bio: z.string(),
    user_interests: z.array(z.string()),
    matched_topics: z.array(z.string()),
    compatibility_score: z.number(),
    score_parts: z.strictObject({ interests: z.number(), age: z.number() }),
    is_actual_match: z.literal(false),
    mode: z.enum(['video', 'text']),
    round_seconds: z.number().meta({ description: 'How long the round lasts from when both have joined' }),
    join_by: moment.meta({ description: 'Who has not joined by then is out; compare with server_time' }),
  })
  .meta({ id: 'MatchData' });

export const nextMatchAnswer = z
  .strictObject({
    match_found: z.boolean(),
    state,
    state_version: z.int(),
    session_id: id.nullable(),
    session_status: sessionStatus,
    message: z.string(),
    match_data: matchData.nullable(),
    queue: z
      .strictObject({
        position: z.int().min(1).nullable(),
        size: z.int(),
        estimated_wait_seconds: z.number().nullable(),
        waiting_since: moment,
        cooldown_until: moment.nullable(),
      })
      .nullable(),
    nobody_new: z.boolean().meta({
      description:
        'While waiting: everybody who is here was met in this session. A new session may meet them again',
    }),
    decision: z
      .strictObject({
        match_id: id,
        my_decision: z.enum(decisions).nullable(),
        seconds: z.number().meta({ description: 'How long the window is in all' }),
        remaining_ms: z.number(),
      })
      .nullable(),
    notice: notice.nullable(),
    poll_after_ms: z.int(),
    server_time: moment,
  })
  .meta({ id: 'NextMatch' });

export const heartbeatAnswer = z
  .strictObject({ session_id: id, status: sessionStatus, state, state_version: z.int() })
  .meta({ id: 'Heartbeat' });

const rating = z.int().min(1).max(5);

export const decisionBody = z
  .strictObject({
    session_id: id.optional().meta({ description: 'The matching session; not needed' }),
    match_id: id,
    decision: z.enum(decisions),
    ratings: z
      .strictObject(Object.fromEntries(ratingTraits.map((trait) => [trait, rating.optional()])))
      .optional(),
  })
  .meta({ id: 'ContinueDecision' });

export const decisionAnswer = z
  .strictObject({ message: z.string(), outcome: z.enum(['pending', 'mutual', 'passed']) })
  .meta({ id: 'DecisionOutcome' });

export type NextMatchAnswer = z.infer<typeof nextMatchAnswer>;
export type StartBody = z.input<typeof startBody>;
