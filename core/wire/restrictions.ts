import { z } from 'zod';
import { flagCategories, rules } from '../rules.ts';
import { id, moment, paragraph } from './common.ts';

const text = paragraph(rules.moderation.textShortest, rules.moderation.textLongest);
const reach = z.enum(['account', 'device', 'network']);

/** What a restricted person is told; also in the problem document of every 403 `restricted`. */
export const statement = z
  .strictObject({
    id,
    what: z.enum(['warning', 'restriction']),
    why: z.string(),
    category: z.enum(flagCategories).nullable(),
    scope: z.array(reach),
    since: moment,
    until: moment.nullable(),
    permanent: z.boolean(),
    automated: z.boolean().meta({ description: 'Decided by the house itself; a moderator will look at it' }),
    reached_by: reach.meta({
      description: 'Whether it is one’s own, the device’s, or the network’s that one came from',
    }),
    appeal: z.string().meta({ description: 'How to appeal' }),
  })
  .meta({ id: 'Statement' });

const appealStatus = z.enum(['pending', 'upheld', 'lifted']);

export const ownAppeal = z
  .strictObject({
    id,
    status: appealStatus,
    text: z.string(),
    answer: z.string().nullable(),
    created_at: moment,
    answered_at: moment.nullable(),
  })
  .meta({ id: 'OwnAppeal' });

export const ownRestrictions = z
  .strictObject({
    restrictions: z.array(
      statement.extend({
        active: z.boolean(),
        lifted_at: moment.nullable(),
        seen_at: moment.nullable(),
        my_appeal: ownAppeal.nullable(),
      }),
    ),
  })
  .meta({ id: 'OwnRestrictions' });

export const appealBody = z.strictObject({ restriction_id: id, text }).meta({ id: 'Appeal' });
export const appealAnswer = ownAppeal.extend({ restriction_id: id }).meta({ id: 'AppealMade' });

/** Text that moderators write. */
export const moderatorText = text;
