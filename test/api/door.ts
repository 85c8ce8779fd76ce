import supertest from 'supertest';
import { createApp } from '#api/app.ts';
import { createServer } from '#api/server.ts';

/** The HTTP door as it is in production, server and all, for supertest. */
export const openDoor = (options: Parameters<typeof createApp>[0] = {}) =>
  supertest(createServer(createApp(options)));

/** The header of somebody who is signed in. */
export const as = ({ accessToken }: { accessToken: string }): { Authorization: string } => ({
  Authorization: `Bearer ${accessToken}`,
});
