import { z } from 'zod';
import { rules } from '../rules.ts';

/** What was going on in the page: drawing a screen, asking what is next, sending signals, fetching code, or anything else. */
export const clientErrorKinds = ['screen', 'poll', 'send', 'code', 'other'] as const;

/** Code of ours, by file and place: `assets/date-Bx1.js:1:200`. Nothing else fits, so nothing that people wrote does. */
const place = z.string().regex(/^[\w./-]{1,100}:\d{1,7}:\d{1,7}$/, 'Expected file:line:column');

export const clientErrorBody = z
  .strictObject({
    kind: z.enum(clientErrorKinds),
    name: z
      .string()
      .regex(/^[A-Za-z]{1,40}$/, 'Expected the name of a class')
      .meta({
        description: 'The class of the error, never its message: a message may quote what people wrote',
      }),
    screen: z
      .string()
      .regex(/^(\/[a-z-]{1,30}|\/:id){0,4}\/?$/, 'Expected a path without ids')
      .meta({ description: 'The path of the page, each id as `:id`' }),
    places: z.array(place).max(rules.clientErrorPlaces),
  })
  .meta({ id: 'ClientError' });

export type ClientError = z.output<typeof clientErrorBody>;
