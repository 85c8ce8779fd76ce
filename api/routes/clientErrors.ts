import { z } from 'zod';
import { noteClientError } from '#core/health/clientErrors.ts';
import { clientErrorBody } from '#core/wire/clientErrors.ts';
import { operation } from '../operation.ts';

export const clientErrors = [
  operation({
    method: 'post',
    path: '/api/client-errors',
    summary: 'A page says that something broke in it',
    description:
      'The class of the error, the screen, and where in our code it was: no message, no text, nobody’s name. Counted and logged, not stored.',
    tags: ['operation'],
    auth: 'none',
    limits: ['client_error'],
    body: clientErrorBody,
    bodyBytes: 4096,
    responses: { 204: z.undefined() },
    handle: ({ body }) => {
      noteClientError(body);
      return undefined;
    },
  }),
];
