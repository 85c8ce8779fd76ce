import { z } from 'zod';
import { publicReasons, roundStatuses } from '../journey/journey.ts';
import { decisions } from '../rules.ts';
import { id, moment, queryInteger } from './common.ts';

const status = z.enum(roundStatuses);
const queryInstant = z.iso
  .datetime()
  .transform((text) => new Date(text))
  .meta({ type: 'string', format: 'date-time' });

export const matchesQuery = z.strictObject({
  status: status.optional(),
  mutual: z
    .enum(['true', 'false'])
    .transform((text) => text === 'true')
    .optional()
    .meta({ type: 'boolean' }),
  start_time: queryInstant.optional(),
  end_time: queryInstant.optional(),
  limit: queryInteger(1, 100).default(20),
  cursor: id.optional(),
});

export const match = z
  .strictObject({
    match_id: id,
    mode: z.enum(['video', 'text']),
    status,
    matched_at: moment,
    started_at: moment.nullable(),
    ended_at: moment.nullable(),
    duration_seconds: z.number().nullable(),
    end_reason: z.enum(publicReasons).nullable(),
    ended_by: z.enum(['me', 'partner', 'system']).nullable(),
    mutual: z.boolean(),
    mutual_at: moment.nullable(),
    my_decision: z.enum(decisions).nullable(),
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
