import { getProfile, updateProfile } from '#core/accounts/profile.ts';
import { profile, updateProfileBody } from '#core/wire/account.ts';
import { operation } from '../operation.ts';

export const me = [
  operation({
    method: 'get',
    path: '/api/me',
    summary: 'One’s own profile',
    tags: ['accounts'],
    auth: 'user',
    openToRestricted: true,
    limits: ['read'],
    responses: { 200: profile },
    handle: ({ me }) => getProfile(me.userId),
  }),

  operation({
    method: 'patch',
    path: '/api/me',
    summary: 'Change one’s own profile; what is not sent stays',
    tags: ['accounts'],
    auth: 'user',
    limits: ['write'],
    body: updateProfileBody,
    responses: { 200: profile },
    handle: ({ me, body }) => updateProfile(me.userId, body),
  }),
];
