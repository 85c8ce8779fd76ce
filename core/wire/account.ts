import { z } from 'zod';
import { genders, rules, seniorities } from '../rules.ts';
import { id, instant, line, moment, paragraph } from './common.ts';
import { ownRestrictions } from './restrictions.ts';

const displayName = line(1, rules.displayNameLength);
const birthDate = z.iso.date().meta({ description: 'Minuet is for adults only. It cannot be changed later' });
const gender = z.enum(genders);
const seniority = z.enum(seniorities);

/** Things that a person likes: the first spelling of each stays. */
export const interests = z
  .array(line(1, rules.interestLength))
  .max(rules.interestsMost)
  .transform((list) => list.filter((interest, at) => at === firstSpelling(list, interest)))
  .meta({
    type: 'array',
    items: { type: 'string', maxLength: rules.interestLength },
    maxItems: rules.interestsMost,
  });

const firstSpelling = (list: string[], interest: string): number =>
  list.findIndex((other) => other.toLowerCase() === interest.toLowerCase());

const location = z
  .strictObject({ latitude: z.number().min(-90).max(90), longitude: z.number().min(-180).max(180) })
  .meta({ id: 'Location', description: 'Only the cell of about 5 km around it is kept' });

const deviceToken = z
  .string()
  .max(200)
  .meta({ description: 'From an earlier answer: it says that this is the same device' });
const refreshToken = z.string().min(1).max(200);

const email = z
  .string()
  .trim()
  .toLowerCase()
  .pipe(z.email().max(254))
  .meta({ type: 'string', format: 'email', maxLength: 254 });
const password = z
  .string()
  .min(rules.passwordShortest)
  .max(rules.passwordLongest)
  .transform((text) => text.normalize('NFC')) // RFC 8265: the same password from every keyboard
  .meta({ type: 'string', minLength: rules.passwordShortest, maxLength: rules.passwordLongest });

/** What a newcomer has to expect: shown on the first page. */
export const entryAnswer = z
  .strictObject({
    more_asked: z.boolean().meta({
      description:
        'A guest on a new device must make an account, or wait for a moderator’s yes, before they start',
    }),
    until: moment.nullable(),
    first_pairing_after_seconds: z.int(),
  })
  .meta({ id: 'Entry' });

export const createGuestBody = z
  .strictObject({
    display_name: displayName,
    birth_date: birthDate,
    gender,
    interests: interests.default([]),
    location: location.optional(),
    device_token: deviceToken.optional(),
  })
  .meta({ id: 'CreateGuest' });

export const registerBody = z
  .strictObject({
    email,
    password,
    display_name: displayName.optional(),
    birth_date: birthDate.optional(),
    gender: gender.optional(),
    interests: interests.optional(),
    location: location.optional(),
    device_token: deviceToken.optional(),
  })
  .meta({
    id: 'Register',
    description:
      'With a guest’s access token only e-mail and password; otherwise the profile fields of a guest too',
  });

export const loginBody = z
  .strictObject({
    email: z.string().trim().toLowerCase().max(254).meta({ format: 'email' }),
    password: z
      .string()
      .max(rules.passwordLongest)
      .transform((text) => text.normalize('NFC'))
      .meta({ type: 'string' }),
    device_token: deviceToken.optional(),
  })
  .meta({ id: 'Login' });

export const refreshTokenBody = z.strictObject({ refresh_token: refreshToken }).meta({ id: 'RefreshToken' });

export const updateProfileBody = z
  .strictObject({
    display_name: displayName.optional(),
    bio: paragraph(0, rules.bioLength).optional(),
    gender: gender.optional(),
    interests: interests.optional(),
    location: location.nullable().optional(),
    seniority: seniority.nullable().optional(),
    contact_handle: line(1, rules.contactHandleLength).nullable().optional(),
  })
  .meta({ id: 'UpdateProfile' });

/** One's own profile: what only its owner may see is here too. */
export const profile = z
  .strictObject({
    id,
    kind: z.enum(['guest', 'member']),
    role: z.enum(['member', 'moderator', 'admin']),
    email: z.string().nullable(),
    display_name: z.string(),
    birth_date: z.iso.date(),
    age: z.int(),
    gender,
    bio: z.string(),
    interests: z.array(z.string()),
    cell: z.string().nullable().meta({ description: 'Geohash of about 5 km', example: 'u33db' }),
    seniority: seniority.nullable(),
    contact_handle: z.string().nullable().meta({ description: 'Shown to mutual matches only' }),
    created_at: instant,
  })
  .meta({ id: 'Profile' });

const rows = z.array(z.record(z.string(), z.unknown()));

/** The rows as they are kept: for taking along, not for programs to rely on. */
export const exported = z
  .strictObject({
    exported_at: moment,
    profile,
    restrictions: ownRestrictions.shape.restrictions,
    sign_ins: rows,
    devices: rows,
    sessions: rows,
    rounds: rows,
    decisions: rows,
    messages: rows,
    blocks: rows,
    flags: rows,
    activity: rows,
  })
  .meta({ id: 'Export' });

const tokens = {
  access_token: z.string(),
  refresh_token: z.string(),
  expires_in: z.int().meta({ description: 'Seconds that the access token is good for' }),
};

export const tokensAnswer = z.strictObject(tokens).meta({ id: 'Tokens' });

export const signedInAnswer = z
  .strictObject({ user: profile, device_token: z.string(), ...tokens })
  .meta({ id: 'SignedIn' });

export type CreateGuest = z.output<typeof createGuestBody>;
export type Register = z.output<typeof registerBody>;
export type Login = z.output<typeof loginBody>;
export type UpdateProfile = z.output<typeof updateProfileBody>;
export type Profile = z.infer<typeof profile>;
export type Tokens = z.infer<typeof tokensAnswer>;
export type SignedIn = z.infer<typeof signedInAnswer>;
