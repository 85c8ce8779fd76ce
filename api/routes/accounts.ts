import { z } from 'zod';
import { createGuest } from '#core/accounts/guest.ts';
import { login } from '#core/accounts/login.ts';
import { logout, refresh } from '#core/accounts/refreshToken.ts';
import { register } from '#core/accounts/register.ts';
import { entryFrom } from '#core/safety/newcomer.ts';
import {
  createGuestBody,
  entryAnswer,
  loginBody,
  refreshTokenBody,
  registerBody,
  signedInAnswer,
  tokensAnswer,
} from '#core/wire/account.ts';
import { operation } from '../operation.ts';

export const accounts = [
  operation({
    method: 'get',
    path: '/api/auth/entry',
    summary: 'What is asked of somebody who comes in on a new device from here',
    description:
      'More is asked for a day where two restricted devices came from the same network. Devices that are known are not asked.',
    tags: ['accounts'],
    auth: 'none',
    limits: ['public'],
    responses: { 200: entryAnswer },
    handle: ({ from }) => entryFrom(from()),
  }),

  operation({
    method: 'post',
    path: '/api/auth/guest',
    summary: 'Come in as a guest',
    description:
      'The Idempotency-Key counts together with a `device_token` only: without that secret it would sign a stranger in.',
    tags: ['accounts'],
    auth: 'none',
    limits: ['guest'],
    idempotent: true,
    body: createGuestBody,
    responses: { 201: signedInAnswer },
    problems: ['under_age', 'already_registered'],
    handle: ({ body, from, idempotencyKey }) => createGuest(body, { from: from(), idempotencyKey }),
  }),

  operation({
    method: 'post',
    path: '/api/auth/register',
    summary: 'Become a member; with a guest’s access token, keep that account',
    tags: ['accounts'],
    auth: 'optional',
    openToRestricted: true,
    limits: ['register'],
    idempotent: true,
    body: registerBody,
    responses: { 201: signedInAnswer },
    problems: ['under_age', 'email_taken', 'already_registered'],
    handle: ({ me, body, from, idempotencyKey }) => register(body, { from: from(), idempotencyKey }, me),
  }),

  operation({
    method: 'post',
    path: '/api/auth/login',
    summary: 'Sign in with e-mail and password',
    tags: ['accounts'],
    auth: 'none',
    limits: ['login_address', 'login'],
    body: loginBody,
    responses: { 200: signedInAnswer },
    problems: ['wrong_credentials'],
    handle: ({ body, from }) => login(body, from()),
  }),

  operation({
    method: 'post',
    path: '/api/auth/refresh',
    summary: 'Exchange a refresh token for new tokens',
    description:
      'Each refresh token is good for one use, and for a repeat within 10 s if the answer was lost. Any other second use signs out everybody who holds a token of the same sign-in.',
    tags: ['accounts'],
    auth: 'none',
    limits: ['refresh'],
    body: refreshTokenBody,
    responses: { 200: tokensAnswer },
    problems: ['unauthenticated', 'refresh_reused'],
    handle: ({ body, from }) => refresh(body.refresh_token, from()),
  }),

  operation({
    method: 'post',
    path: '/api/auth/logout',
    summary: 'Sign out: no refresh token of this sign-in works any more',
    tags: ['accounts'],
    auth: 'none',
    limits: ['refresh'],
    body: refreshTokenBody,
    responses: { 204: z.undefined() },
    handle: ({ body }) => logout(body.refresh_token).then(() => undefined),
  }),
];
