import { z } from 'zod';
import { erase } from '#core/accounts/erase.ts';
import { exportPerson } from '#core/accounts/export.ts';
import { getProfile, updateProfile } from '#core/accounts/profile.ts';
import { exported, profile, updateProfileBody } from '#core/wire/account.ts';
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

  operation({
    method: 'delete',
    path: '/api/me',
    summary: 'Erase the account and everything about it that safety does not need',
    description: 'A round ends by End first. Flags, restrictions and the moderation log keep bare ids.',
    tags: ['accounts'],
    auth: 'user',
    openToRestricted: true,
    limits: ['write'],
    responses: { 204: z.undefined() },
    handle: ({ me }) => erase(me.userId).then(() => undefined),
  }),

  operation({
    method: 'get',
    path: '/api/me/export',
    summary: 'Everything that is held about oneself',
    tags: ['accounts'],
    auth: 'user',
    openToRestricted: true,
    limits: ['read'],
    responses: { 200: exported },
    handle: ({ me }) => exportPerson(me),
  }),
];
