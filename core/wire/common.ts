import { z } from 'zod';
import { rules } from '../rules.ts';

/** The id of anything of ours: a UUID. */
export const id = z.uuid();

/** An instant, ISO 8601 in UTC. */
export const instant = z.iso.datetime();

/** An instant in an answer: a Date in our code, ISO 8601 in UTC on the wire. */
export const moment = z.union([z.iso.datetime(), z.date()]).meta({ type: 'string', format: 'date-time' });

/** An instant in a query string: ISO 8601 in UTC there, a Date in our code. */
export const queryInstant = z.iso
  .datetime()
  .transform((text) => new Date(text))
  .meta({ type: 'string', format: 'date-time' });

/** The query of an operation that is asked for a period: from `start_time` on, before `end_time`. */
export const periodFields = {
  start_time: queryInstant.optional().meta({ description: 'A day before the end, unless given' }),
  end_time: queryInstant.optional().meta({ description: 'Now, unless given' }),
};

/**
 * Of a query with `periodFields`: whether it ends after it begins, and is no longer than anything is kept. Zod asks this
 * of an instant that it has just refused too, which is no Date yet.
 */
export const isPeriod = ({ start_time: start, end_time: end }: Period): boolean =>
  !(start instanceof Date) ||
  !(end instanceof Date) ||
  (start < end && end.getTime() - start.getTime() <= rules.statisticsDays * 24 * 3_600_000);
interface Period {
  start_time?: Date | undefined;
  end_time?: Date | undefined;
}
/** What to say when it is not. */
export const notAPeriod = {
  message: `Expected start_time < end_time, at most ${rules.statisticsDays} days apart`,
  path: ['start_time'],
};

/** The body of a request that needs none: absent, or an empty object. */
export const nothing = z.strictObject({});

/** An integer in a query string. Plain decimal digits only: no `0x10`, `1e3` or empty string. */
export const queryInteger = (least: number, most: number) =>
  z
    .string()
    .regex(/^-?\d{1,15}$/, 'Expected an integer')
    .transform(Number)
    .pipe(z.int().min(least).max(most))
    .meta({ type: 'integer', minimum: least, maximum: most });

// Control characters, line separators, bidirectional overrides and isolates (UAX #9), which turn a name around
// on screen, and the letters that show nothing.
const tricks = '\\p{Zl}\\p{Zp}\\u202A-\\u202E\\u2066-\\u2069\\u115F\\u1160\\u3164\\uFFA0\\u2800';
const unfitForLine = new RegExp(`[\\p{Cc}${tricks}]`, 'u');
const unfitForParagraph = new RegExp(`(?![\\n\\t])[\\p{Cc}${tricks}]`, 'u');
const visible = /[\p{L}\p{N}\p{P}\p{S}]/u;

/** One line that a person wrote: NFC, trimmed, `least` to `most` characters, all of which can be seen. */
export const line = (least: number, most: number) =>
  written(least, most, (text) => text.normalize('NFC').trim(), unfitForLine);

/** As `line`, over as many lines as they like. */
export const paragraph = (least: number, most: number) =>
  written(least, most, (text) => text.normalize('NFC').replace(/\r\n?/g, '\n').trim(), unfitForParagraph);

function written(least: number, most: number, tidy: (text: string) => string, unfit: RegExp) {
  const tidied = z
    .string()
    .min(least)
    .max(most)
    .refine((text) => !unfit.test(text), 'Contains control characters')
    .refine((text) => least === 0 || visible.test(text), 'Contains nothing that can be seen');
  return z
    .string()
    .max(most * 4)
    .transform(tidy)
    .pipe(tidied)
    .meta({ type: 'string', minLength: least, maxLength: most });
}

/** What every error looks like: RFC 9457 with our stable `code`. */
export const problemDocument = z
  .looseObject({
    type: z.string().meta({ example: 'urn:minuet:problem:not_found' }),
    title: z.string(),
    status: z.int(),
    code: z.string(),
    detail: z.string(),
    instance: z
      .string()
      .optional()
      .meta({ description: 'The request: give it to us when you ask what happened' }),
    errors: z.array(z.strictObject({ path: z.string(), message: z.string() })).optional(),
  })
  .meta({ id: 'Problem' });
