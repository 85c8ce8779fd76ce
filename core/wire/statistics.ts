import { z } from 'zod';
import { endReasons, roundStatuses, states } from '../journey/journey.ts';
import { decisions, flagCategories } from '../rules.ts';
import { id, isPeriod, moment, notAPeriod, periodFields } from './common.ts';

const count = z.int().min(0);
const share = z.number().min(0).max(1).nullable();
const figure = z.number().min(0).nullable();
const mode = z.enum(['video', 'text']);

/** Of when: what was matched, ended, said … from `start_time` on and before `end_time`. */
export const periodQuery = z.strictObject(periodFields).refine(isPeriod, notAPeriod);
const ofWhen = { start_time: moment, end_time: moment };

/**
 * How values are spread. Quantiles and bins are of values rounded down to two significant digits, so that closed
 * hours can be added up without a loss; `mean` is exact. Null where there are no values.
 */
const distribution = (unit: string) =>
  z
    .strictObject({
      count,
      mean: figure,
      p50: figure,
      p90: figure,
      p99: figure,
      bins: z.array(z.strictObject({ from: z.number(), to: z.number().nullable(), count })),
    })
    .meta({ description: unit });

export const roundStatistics = z
  .strictObject({
    ...ofWhen,
    rounds: count,
    by: z.array(z.strictObject({ mode, status: z.enum(roundStatuses), count })),
    endings: z.array(z.strictObject({ mode, reason: z.enum(endReasons), count })),
    skip_rate: share.meta({ description: 'Of the rounds that ended, those that a Skip ended' }),
    end_rate: share.meta({ description: 'Of the rounds that ended, those that an End ended' }),
    funnel: z
      .strictObject({ matched: count, both_joined: count, completed: count, mutual: count })
      .meta({ description: 'completed: the clock ended it' }),
    decisions: z.strictObject({
      asked: count.meta({ description: 'Two for each round that the clock ended' }),
      by: z.array(z.strictObject({ decision: z.enum(decisions), count, share })),
    }),
    mutual_rate: share.meta({ description: 'Of the rounds that the clock ended' }),
    duration: distribution('Seconds from the start of a call to its end'),
    step: z.int().meta({ description: 'Seconds between two points of `series`: 3600 or 86400' }),
    series: z
      .array(
        z.strictObject({
          at: moment,
          rounds: count,
          video: count,
          text: count,
          completed: count,
          mutual: count,
        }),
      )
      .meta({ description: 'By when they were matched; a step without a round has no point' }),
  })
  .meta({ id: 'RoundStatistics' });

export const waitStatistics = z
  .strictObject({
    ...ofWhen,
    time_to_match: distribution('Seconds that somebody waited to be paired'),
    by_mode: z.array(z.strictObject({ mode, count, mean: figure })),
  })
  .meta({ id: 'WaitStatistics' });

export const stateStatistics = z
  .strictObject({
    ...ofWhen,
    states: z
      .array(
        z.strictObject({ state: z.enum(states), stays: count, seconds: z.number().min(0), mean: figure }),
      )
      .meta({ description: 'Stays that ended in the period, whole; IDLE is not counted' }),
  })
  .meta({ id: 'StateStatistics' });

export const callStatistics = z
  .strictObject({
    ...ofWhen,
    calls: count.meta({ description: 'Sides of video calls that started: two a round' }),
    reports: count.meta({ description: 'Of these, those whose client told how it went' }),
    setup: distribution('Milliseconds from the join to the first picture'),
    rtt: distribution('Milliseconds'),
    loss: distribution('Percent of packets'),
    stalled: count.meta({ description: 'Reports of at least one stall' }),
    stalls: count,
    relayed: count.meta({ description: 'Reports of a connection by TURN' }),
    direct: count,
    no_route: count.meta({ description: 'Reports that no way was found for sound and picture' }),
  })
  .meta({ id: 'CallStatistics' });

export const exclusionStatistics = z
  .strictObject({
    at: moment,
    exclusions: count,
    by: z.array(z.strictObject({ reason: z.enum(['met', 'not_joined', 'skip_vote']), count })),
    sizes: distribution('Exclusions a person; of people with at least one').extend({ most: count }),
  })
  .meta({ id: 'ExclusionStatistics' });

export const anomalies = ['skip_burst', 'never_joins', 'flagged_by_many'] as const;
export const anomalyAnswer = z
  .strictObject({
    ...ofWhen,
    anomalies: z.array(
      z.strictObject({
        kind: z.enum(anomalies),
        user_id: id,
        user_name: z.string().nullable(),
        count: count.meta({
          description: 'Skips within ten minutes, rounds not joined, or distinct reporters',
        }),
        of: count.nullable().meta({ description: 'never_joins: of so many rounds' }),
        first_at: moment,
        latest_at: moment,
      }),
    ),
  })
  .meta({ id: 'Anomalies' });

export const moderationStatistics = z
  .strictObject({
    ...ofWhen,
    now: z.strictObject({
      pending_flags: count,
      pending_cases: count,
      low_trust_flags: count,
      oldest_pending_at: moment.nullable(),
      pending_appeals: count,
      awaiting_confirmation: count,
      restrictions_in_force: count,
    }),
    flags: count,
    by_category: z.array(z.strictObject({ category: z.enum(flagCategories).nullable(), count })),
    closed: count,
    hours_to_close: distribution('Hours from a flag to its closing, of those closed in the period'),
    restrictions: z.strictObject({ by_moderators: count, automatic: count, warnings: count }),
    step: z.int(),
    series: z.array(z.strictObject({ at: moment, flags: count, closed: count })),
  })
  .meta({ id: 'ModerationStatistics' });
