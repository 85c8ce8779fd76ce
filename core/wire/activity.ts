import { z } from 'zod';
import { states } from '../journey/journey.ts';
import { rules } from '../rules.ts';
import { id, isPeriod, moment, notAPeriod, periodFields, queryInstant, queryInteger } from './common.ts';

const count = z.int().min(0);
const mode = z.enum(['video', 'text']);

/** Where the people of one instant are. `online`: heard of lately, wherever they are. */
const whereabouts = {
  online: count,
  searching: count,
  connecting: count,
  in_call: count,
  deciding: count,
};

export const activityUpdateBody = z
  .strictObject({
    status: z.enum(['online', 'searching', 'in_call', 'offline']),
    mode: mode.optional().meta({ description: 'Ignored: the session says what is searched for' }),
  })
  .meta({ id: 'SayActivity' });

export const activityUpdateAnswer = z
  .strictObject({
    state: z
      .enum(states)
      .meta({ description: 'Where the house has the person: a client’s word moves nobody' }),
    state_version: z.int(),
    server_time: moment,
  })
  .meta({ id: 'Activity' });

export const activityStatsAnswer = z
  .strictObject({
    at: moment.nullable().meta({ description: 'When it was counted; null before the first sample' }),
    total_online: count,
    searching: count,
    in_call: count,
    breakdown: z.strictObject({ video: count, text: count }).meta({ description: 'Of those in a call' }),
  })
  .meta({ id: 'ActivityStats' });

export const activityHistoryQuery = z
  .strictObject({
    ...periodFields,
    step: queryInteger(rules.sampleSeconds, 86_400)
      .optional()
      .meta({ description: 'Seconds; the next of 10, 60, 300, 900, 3600, 21600, 86400 that fits is taken' }),
  })
  .refine(isPeriod, notAPeriod);

const mean = z.number().min(0);
export const activityHistoryAnswer = z
  .strictObject({
    start_time: moment,
    end_time: moment,
    step: z.int().meta({ description: 'Seconds between two points' }),
    points: z.array(
      z
        .strictObject({
          at: moment,
          online: mean,
          searching: mean,
          connecting: mean,
          in_call: mean,
          deciding: mean,
          video: mean,
          text: mean,
          most_online: count,
          most_searching: count,
          most_in_call: count,
          samples: count,
        })
        .meta({ description: 'Means over the step; a step without samples has no point' }),
    ),
  })
  .meta({ id: 'ActivityHistory' });

export const presentQuery = z.strictObject({
  time: queryInstant.optional().meta({ description: 'Now, unless given' }),
  state: z.enum(states).optional(),
  limit: queryInteger(1, 100).default(20),
  cursor: id.optional(),
});
export const presentAnswer = z
  .strictObject({
    time: moment,
    people: z.array(
      z.strictObject({
        user_id: id,
        user_name: z.string().nullable().meta({ description: 'Null when the account is gone' }),
        state: z.enum(states),
        since: moment,
        round_id: id.nullable(),
        session_id: id.nullable(),
      }),
    ),
    next_cursor: id.nullable(),
  })
  .meta({ id: 'PeopleActive' });

export const liveAnswer = z
  .strictObject({
    server_time: moment,
    ...whereabouts,
    disconnecting: count,
    searching_for: z.strictObject({ video: count, text: count, both: count }),
    calls: z.strictObject({ video: count, text: count }).meta({ description: 'Rounds under way' }),
    last_hour: z.strictObject({
      rounds: count,
      completed: count,
      mutual: count,
      flags: count,
      newcomers: count,
    }),
  })
  .meta({ id: 'Live' });
