import { z } from 'zod';
import { endReasons, roundStatuses, states } from '../journey/journey.ts';
import { flagCategories, flagStatuses, genders, rules } from '../rules.ts';
import { id, moment, queryInteger, line } from './common.ts';
import { moderatorText as text } from './restrictions.ts';

const category = z.enum(flagCategories);
const maybe = { text: z.string().nullable(), moment: moment.nullable(), id: id.nullable() };
const limit = queryInteger(1, 100).default(20);
const hours = z.number().positive().max(rules.moderation.longestRestrictionHours).nullable();
const role = z.enum(['member', 'moderator', 'admin']);
const accountKind = z.enum(['guest', 'member']);
const restrictionKind = z.enum(['warning', 'restriction']);
const names = z
  .record(z.string(), z.string())
  .meta({ description: 'Display names of the people in it, by id; who is gone has none' });

export const byId = z.strictObject({ id });

/** Where a page of the queue ended: opaque, and read back as what it is. */
const cursorInside = z.strictObject({ at: z.int(), priority: z.number(), flagged_id: id });
export const writeCursor = (cursor: z.infer<typeof cursorInside>): string =>
  Buffer.from(JSON.stringify(cursor)).toString('base64url');
const queueCursor = z
  .string()
  .max(300)
  .transform((written, context) => {
    const inside = cursorInside.safeParse(parsed(written));
    if (inside.success) return inside.data;
    context.addIssue('Not a cursor');
    return z.NEVER;
  })
  .meta({ type: 'string' });
function parsed(written: string): unknown {
  try {
    return JSON.parse(Buffer.from(written, 'base64url').toString());
  } catch {
    return undefined;
  }
}

export const queueQuery = z.strictObject({
  status: z.enum([...flagStatuses, 'any']).default('pending'),
  round_id: id.optional(),
  queue: z.enum(['normal', 'low_trust']).optional(),
  category: category.optional(),
  claimed: z.enum(['me', 'nobody']).optional(),
  user_id: id.optional(),
  cursor: queueCursor.optional(),
  limit,
});

export const queueAnswer = z
  .strictObject({
    cases: z.array(
      z.strictObject({
        flagged_id: id,
        display_name: maybe.text,
        restricted: z.boolean(),
        flag_id: id,
        flags: z.int(),
        reporters: z.int(),
        categories: z.array(category),
        first_at: moment,
        latest_at: moment,
        claimed_by: maybe.id,
        claimed_at: maybe.moment,
        priority: z.number(),
        parts: z.strictObject({ category: z.number(), reporters: z.number(), recency: z.number() }),
      }),
    ),
    names,
    next_cursor: z.string().nullable(),
  })
  .meta({ id: 'ModerationQueue' });

const flagBrief = z.strictObject({
  id,
  reporter_id: id,
  flagged_id: id,
  round_id: id,
  category: category.nullable(),
  reason: maybe.text,
  queue: z.enum(['normal', 'low_trust']),
  status: z.enum(flagStatuses),
  withdrawn_at: maybe.moment,
  claimed_by: maybe.id,
  outcome: z.enum(['none', 'warn', 'restrict']).nullable(),
  closed_at: maybe.moment,
  created_at: moment,
});

const person = z
  .strictObject({
    id,
    account: z
      .strictObject({
        id,
        kind: accountKind,
        role,
        display_name: z.string(),
        bio: z.string(),
        interests: z.array(z.string()),
        gender: z.enum(genders),
        birth_date: z.iso.date(),
        created_at: moment,
        active_at: moment,
        state: z.enum(states),
        cooldown_until: maybe.moment,
      })
      .nullable(),
    rounds: z.array(
      z.strictObject({
        id,
        partner_id: id,
        mode: z.enum(['video', 'text']),
        status: z.enum(roundStatuses),
        matched_at: moment,
        started_at: maybe.moment,
        ended_at: maybe.moment,
        end_reason: z.enum(endReasons).nullable(),
        ended_by: maybe.id,
      }),
    ),
    flags_about: z.array(flagBrief),
    flags_by: z.array(flagBrief),
    restrictions: z.array(
      z.strictObject({
        id,
        kind: restrictionKind,
        category: category.nullable(),
        reason: z.string(),
        created_at: moment,
        until: maybe.moment,
        automated: z.boolean(),
        issued_by: maybe.id,
        lifted_at: maybe.moment,
      }),
    ),
  })
  .meta({ id: 'ModeratedPerson' });
export const personAnswer = person.extend({ names }).meta({ id: 'ModeratedPersonFound' });

const logEntry = z
  .strictObject({
    seq: z.int(),
    at: moment,
    actor_id: maybe.id,
    action: z.string(),
    subject_id: maybe.id,
    details: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
    previous: z.string(),
    hash: z.string(),
  })
  .meta({ id: 'LogEntry' });

export const storyAnswer = z
  .strictObject({
    flag: flagBrief.extend({
      evidence: z.record(z.string(), z.unknown()),
      claimed_at: maybe.moment,
      closed_by: maybe.id,
      updated_at: moment,
    }),
    flagged: person,
    reporter: person,
    merged: z.array(flagBrief).meta({ description: 'Further open flags about the same person: one case' }),
    notes: z.array(z.strictObject({ id, author_id: id, text: z.string(), created_at: moment })),
    chat: z.array(z.strictObject({ id, user_id: id, text: z.string(), created_at: moment })),
    log: z.array(logEntry),
    names,
  })
  .meta({ id: 'FlagStory' });

export const claimAnswer = z.strictObject({ flags: z.int() }).meta({ id: 'Claimed' });

const imposed = z.strictObject({ id, until: moment.nullable(), awaits_confirmation: z.boolean() });

/** `hours` null: for good. Where there are two moderators, the second must confirm that. */
export const resolveBody = z
  .strictObject({
    action: z.enum(['none', 'warn', 'restrict']),
    hours: hours.optional(),
    category: category.nullable().default(null),
    reason: text.optional(),
  })
  .refine(({ action, reason }) => action === 'none' || reason !== undefined, {
    message: 'The person has to be told why',
    path: ['reason'],
  })
  .refine(({ action, hours: given }) => action !== 'restrict' || given !== undefined, {
    message: 'For how many hours? null: for good',
    path: ['hours'],
  })
  .meta({ id: 'ResolveFlag' });
export const closedAnswer = z
  .strictObject({ flags: z.int(), outcome: z.string(), restriction: imposed.nullable() })
  .meta({ id: 'FlagsClosed' });

export const noteBody = z.strictObject({ text }).meta({ id: 'FlagNote' });
export const noteAnswer = z.strictObject({ id, created_at: moment }).meta({ id: 'FlagNoted' });

export const peopleQuery = z.strictObject({ q: line(1, 254), limit });
export const peopleAnswer = z
  .strictObject({
    people: z.array(
      z.strictObject({
        id,
        kind: accountKind,
        role,
        email: maybe.text,
        display_name: z.string(),
        created_at: moment,
        active_at: moment,
        restricted: z.boolean(),
      }),
    ),
  })
  .meta({ id: 'PeopleFound' });
export const roleBody = z.strictObject({ role }).meta({ id: 'SetRole' });

export const restrictBody = z
  .strictObject({
    user_id: id,
    kind: restrictionKind,
    hours: hours.default(null).meta({ description: 'Of a restriction; null: for good' }),
    category: category.nullable().default(null),
    reason: text.meta({ description: 'Read by the person themselves' }),
  })
  .meta({ id: 'Restrict' });
export const imposedAnswer = imposed.meta({ id: 'Imposed' });

export const restrictionsQuery = z.strictObject({
  user_id: id.optional(),
  show: z.enum(['active', 'awaiting']).optional(),
  cursor: id.optional(),
  limit,
});
export const restriction = z
  .strictObject({
    id,
    user_id: id,
    kind: restrictionKind,
    category: category.nullable(),
    reason: z.string(),
    created_at: moment,
    until: maybe.moment,
    automated: z.boolean(),
    issued_by: maybe.id,
    proposed_permanent: z.boolean(),
    confirmed_by: maybe.id,
    flag_id: maybe.id,
    hold: z.boolean().meta({ description: 'Until a moderator has looked: nobody has decided it' }),
    seen_at: maybe.moment,
    lifted_at: maybe.moment,
    lifted_by: maybe.id,
  })
  .meta({ id: 'Restriction' });
export const restrictionsAnswer = z
  .strictObject({
    restrictions: z.array(restriction.extend({ active: z.boolean() })),
    names,
    next_cursor: maybe.id,
  })
  .meta({ id: 'Restrictions' });

const network = z.guid().meta({ description: 'Keyed hash of a network on one day: no address' });
export const newcomersAnswer = z
  .strictObject({
    networks: z
      .array(z.strictObject({ network, restricted_devices: z.int(), until: moment }))
      .meta({ description: 'Networks from which more is asked of newcomers' }),
    newcomers: z.array(
      z.strictObject({
        device_id: id,
        network,
        arrived_at: moment,
        until: moment,
        let_in_at: maybe.moment,
        let_in_by: maybe.id,
        user_id: maybe.id,
        display_name: maybe.text,
        kind: accountKind.nullable(),
      }),
    ),
    names,
  })
  .meta({ id: 'Newcomers' });

export const urgentAnswer = z
  .strictObject({
    flags: z.int().meta({ description: 'Open flags about age or violence' }),
    held: z.int().meta({ description: 'People who are held until a moderator has looked' }),
    oldest_at: maybe.moment,
  })
  .meta({ id: 'Urgent' });

export const appealsQuery = z.strictObject({
  status: z.enum(['pending', 'upheld', 'lifted']).optional(),
  cursor: id.optional(),
  limit,
});
const appeal = z.strictObject({
  id,
  restriction_id: id,
  user_id: id,
  device_id: id,
  text: z.string(),
  status: z.enum(['pending', 'upheld', 'lifted']),
  answer: maybe.text,
  answered_by: maybe.id,
  answered_at: maybe.moment,
  created_at: moment,
});
export const appealsAnswer = z
  .strictObject({
    appeals: z.array(appeal.extend({ issued_by: maybe.id, reason: z.string(), restricted_id: id })),
    names,
    next_cursor: maybe.id,
  })
  .meta({ id: 'Appeals' });
export const answerAppealBody = z
  .strictObject({ decision: z.enum(['uphold', 'lift']), answer: text })
  .meta({ id: 'AnswerAppeal' });
export const answeredAnswer = appeal.meta({ id: 'AppealAnswered' });

export const logQuery = z.strictObject({
  cursor: queryInteger(1, 2_000_000_000).optional(),
  subject: id.optional(),
  limit,
});
export const logAnswer = z
  .strictObject({ entries: z.array(logEntry), names, next_cursor: z.int().nullable() })
  .meta({ id: 'ModerationLog' });

export const verificationQuery = z.strictObject({
  known: z
    .string()
    .regex(/^[0-9a-f]{64}$/, 'Not a hash')
    .optional()
    .meta({ description: 'The last hash as written down before: whether the log still contains it' }),
});
export const verificationAnswer = z
  .strictObject({
    entries: z.int(),
    head: z.string().meta({ description: 'Hash of the last entry: write it down elsewhere' }),
    broken_at: z.int().nullable().meta({ description: 'The first entry that does not fit; null: whole' }),
    contains_known: z.boolean().nullable(),
  })
  .meta({ id: 'LogVerification' });
