import { z } from 'zod';
import { endReasons, publicReasons, roundStatuses, states } from '../journey/journey.ts';
import { decisions, searchModes } from '../rules.ts';
import { id, isPeriod, moment, notAPeriod, periodFields, queryInstant, queryInteger } from './common.ts';

const status = z.enum(roundStatuses);
const mode = z.enum(['video', 'text']);
const mutual = z
  .enum(['true', 'false'])
  .transform((text) => text === 'true')
  .optional()
  .meta({ type: 'boolean' });
const page = { limit: queryInteger(1, 100).default(20), cursor: id.optional() };
const ofWhom = id.optional().meta({ description: 'Oneself, unless given; somebody else: moderators only' });

export const matchesQuery = z.strictObject({
  user_id: ofWhom,
  session_id: id.optional(),
  status: status.optional(),
  end_reason: z.enum(publicReasons).optional(),
  mutual,
  start_time: queryInstant.optional(),
  end_time: queryInstant.optional(),
  ...page,
});

export const match = z
  .strictObject({
    match_id: id,
    session_id: id.nullable(),
    mode,
    status,
    matched_at: moment,
    joined_at: moment.nullable(),
    partner_joined_at: moment.nullable(),
    started_at: moment.nullable(),
    ended_at: moment.nullable(),
    duration_seconds: z.number().nullable(),
    end_reason: z.enum(publicReasons).nullable(),
    ended_by: z.enum(['me', 'partner', 'system']).nullable(),
    mutual: z.boolean(),
    mutual_at: moment.nullable(),
    my_decision: z.enum(decisions).nullable(),
    decided_at: moment.nullable(),
    compatibility_score: z.number(),
    matched_topics: z.array(z.string()),
    partner: z
      .strictObject({
        user_name: z.string(),
        user_age: z.int(),
        user_bio: z.string(),
        user_interests: z.array(z.string()),
        contact_handle: z.string().nullable().meta({ description: 'Of a mutual match, if they share it' }),
      })
      .nullable(),
  })
  .meta({ id: 'Match' });

export const matchesAnswer = z
  .strictObject({ matches: z.array(match), next_cursor: id.nullable() })
  .meta({ id: 'Matches' });

export const matchStatsQuery = z
  .strictObject({ user_id: ofWhom, ...periodFields })
  .refine(isPeriod, notAPeriod);
export const matchStatsAnswer = z
  .strictObject({
    start_time: moment,
    end_time: moment,
    total: z.int(),
    active: z.int(),
    ended: z.int(),
    mutual: z.int(),
    average_duration_seconds: z.number().nullable(),
    by_mode: z.strictObject({ video: z.int(), text: z.int() }),
    by_status: z.record(status, z.int()),
    by_hour: z.array(z.strictObject({ at: moment, count: z.int() })),
  })
  .meta({ id: 'MatchStats' });

const session = {
  session_id: id,
  status: z.enum(['active', 'paused', 'ended']),
  mode: z.enum(searchModes),
  started_at: moment,
  ended_at: moment.nullable(),
  end_reason: z.string().nullable(),
  match_count: z.int(),
  people_met: z.int().meta({ description: 'Partners whom a call began with' }),
  mutual_count: z.int(),
};
export const currentSessionAnswer = z
  .strictObject({
    session: z
      .strictObject({ ...session, state: z.enum(states), state_version: z.int() })
      .nullable()
      .meta({ description: 'The open session, if there is one' }),
  })
  .meta({ id: 'CurrentSession' });
export const sessionHistoryQuery = z.strictObject({ user_id: ofWhom, ...page });
export const sessionHistoryAnswer = z
  .strictObject({ sessions: z.array(z.strictObject(session)), next_cursor: id.nullable() })
  .meta({ id: 'SessionHistory' });

export const allMatchesQuery = z.strictObject({
  user_id: id.optional(),
  session_id: id.optional(),
  status: status.optional(),
  mode: mode.optional(),
  end_reason: z.enum(endReasons).optional(),
  mutual,
  start_time: queryInstant.optional(),
  end_time: queryInstant.optional(),
  active_at: queryInstant.optional().meta({ description: 'Calls that were under way at this instant' }),
  ...page,
});
const side = z.strictObject({
  user_id: id,
  user_name: z.string().nullable().meta({ description: 'Null when the account is gone' }),
  session_id: id.nullable(),
  waited_seconds: z.number().nullable(),
  acknowledged_at: moment.nullable(),
  joined_at: moment.nullable(),
});
/** A round as moderators see it: both sides, and how it really ended. Votes stay the voters' secret. */
export const roundRecord = z
  .strictObject({
    match_id: id,
    mode,
    status,
    matched_at: moment,
    started_at: moment.nullable(),
    ended_at: moment.nullable(),
    duration_seconds: z.number().nullable(),
    end_reason: z.enum(endReasons).nullable(),
    ended_by: id.nullable(),
    mutual_at: moment.nullable(),
    compatibility_score: z.number(),
    matched_topics: z.array(z.string()),
    flags: z.int(),
    sides: z.array(side).meta({ description: 'Two; the first made the offer' }),
  })
  .meta({ id: 'RoundRecord' });
export const allMatchesAnswer = z
  .strictObject({ matches: z.array(roundRecord), next_cursor: id.nullable() })
  .meta({ id: 'RoundRecords' });
export const roundTimeline = roundRecord
  .extend({
    timeline: z.array(
      z.strictObject({
        at: moment,
        user_id: id,
        event: z.string(),
        from_state: z.enum(states),
        to_state: z.enum(states),
      }),
    ),
  })
  .meta({ id: 'RoundTimeline' });
