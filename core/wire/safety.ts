import { z } from 'zod';
import { states } from '../journey/journey.ts';
import { flagCategories, flagStatuses, rules } from '../rules.ts';
import { id, moment, paragraph } from './common.ts';

const reason = paragraph(rules.flagReasonShortest, rules.flagReasonLongest);
const category = z.enum(flagCategories);

export const flagBody = z
  .strictObject({
    match_id: id,
    flagged_user_id: id
      .optional()
      .meta({ description: 'The partner follows from the round; another is refused' }),
    reason: reason.optional(),
    category: category.optional(),
    then: z
      .enum(['idle', 'waiting'])
      .optional()
      .meta({ description: 'Where to go from a call that has begun: idle if not said' }),
  })
  .meta({ id: 'CreateFlag' });

export const amendFlagBody = z
  .strictObject({ reason: reason.optional(), category: category.optional() })
  .refine((body) => body.reason !== undefined || body.category !== undefined, 'Nothing to change')
  .meta({ id: 'AmendFlag' });

export const flagAnswer = z
  .strictObject({
    id,
    match_id: id,
    category: category.nullable(),
    reason: z.string().nullable(),
    status: z.enum(flagStatuses),
    created_at: moment,
    updated_at: moment,
    withdrawn_at: moment.nullable(),
  })
  .meta({ id: 'Flag' });

export const flaggedAnswer = z
  .strictObject({ flag: flagAnswer, state: z.enum(states), state_version: z.int() })
  .meta({ id: 'Flagged' });

export const flagsQuery = z.strictObject({
  match_id: id.optional(),
  status: z.enum(flagStatuses).optional(),
});
export const flagsAnswer = z
  .strictObject({ flags: z.array(flagAnswer), total: z.int() })
  .meta({ id: 'Flags' });

export const blockBody = z.strictObject({ match_id: id }).meta({ id: 'CreateBlock' });
export const blockAnswer = z
  .strictObject({ id, match_id: id.nullable(), display_name: z.string().nullable(), created_at: moment })
  .meta({ id: 'Block' });
export const blocksAnswer = z.strictObject({ blocks: z.array(blockAnswer) }).meta({ id: 'Blocks' });
