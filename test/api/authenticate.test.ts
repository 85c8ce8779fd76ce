import { expect } from 'chai';
import jwt from 'jsonwebtoken';
import { signAccessToken } from '#core/accounts/token.ts';
import { clock } from '#core/clock.ts';
import { newId } from '#core/ids.ts';
import { settings } from '#core/settings.ts';
import { sql } from '#db/postgres.ts';
import { operation } from '#api/operation.ts';
import { z } from 'zod';
import { buildGuest, buildMember, buildStaff } from '../build.ts';
import { as, openDoor } from './door.ts';

const door = openDoor();
const read = (token: string) => door.get('/api/me').set('Authorization', `Bearer ${token}`);

interface Claims {
  header?: jwt.JwtHeader;
  secret?: string;
  [claim: string]: unknown;
}

/** A token like ours, but for what is given; a claim given as undefined is left out. */
async function forge({ header, secret = settings.jwtSecret, ...changes }: Claims): Promise<string> {
  const { me } = await buildGuest();
  const iat = Math.floor(clock.ms() / 1000);
  const ours = { sub: me.userId, did: me.deviceId, fam: me.familyId, role: 'member', typ: 'access' };
  const claims: Record<string, unknown> = {
    ...ours,
    iss: 'minuet',
    aud: 'minuet',
    iat,
    exp: iat + 900,
    ...changes,
  };
  const payload = Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== undefined));
  return jwt.sign(payload, secret, { algorithm: 'HS256', ...(header && { header }) });
}

describe('an access token', () => {
  it('that is like ours in everything is ours', async () => {
    expect((await read(await forge({}))).status).to.equal(200);
  });

  const forgeries: Record<string, Claims> = {
    'signed with another key': { secret: 'x'.repeat(40) },
    'for another audience': { aud: 'elsewhere' },
    'from another issuer': { iss: 'elsewhere' },
    'for another purpose': { typ: 'refresh' },
    'without a purpose': { typ: undefined },
    'without an end': { exp: undefined },
    'of nobody': { sub: undefined },
    'of somebody without an id': { sub: "' OR 1=1 --" },
    'with a role that does not exist': { role: 'root' },
    'without a device': { did: undefined },
    'not valid yet': { nbf: Math.floor(Date.now() / 1000) + 3600 },
  };
  for (const [what, changes] of Object.entries(forgeries))
    it(`${what} is refused`, async () => {
      const { status, body, headers } = await read(await forge(changes));

      expect(status).to.equal(401);
      expect(body.code).to.equal('unauthenticated');
      expect(headers['www-authenticate']).to.match(/^Bearer realm="minuet"/);
    });

  it('without a signature is refused, whatever algorithm it claims', async () => {
    const [header, payload] = (await forge({})).split('.');
    const none = Buffer.from(JSON.stringify({ alg: 'none', typ: 'JWT' })).toString('base64url');
    for (const token of [
      `${none}.${payload}.`,
      `${none}.${payload}.x`,
      `${header}.${payload}.`,
      `${header}.${payload}`,
    ])
      expect((await read(token)).status, token.slice(0, 30)).to.equal(401);
  });

  it('signed with another algorithm of the same family is refused', async () => {
    const { me } = await buildGuest();
    const claims = { did: me.deviceId, fam: me.familyId, role: 'member', typ: 'access' };
    const options = { issuer: 'minuet', audience: 'minuet', subject: me.userId, expiresIn: 900 };
    for (const algorithm of ['HS384', 'HS512'] as const)
      expect((await read(jwt.sign(claims, settings.jwtSecret, { ...options, algorithm }))).status).to.equal(
        401,
      );
  });

  it('with one letter changed is refused', async () => {
    const { accessToken } = await buildGuest();
    const [header, payload, signature] = accessToken.split('.');
    const claims = JSON.parse(Buffer.from(payload!, 'base64url').toString()) as object;
    const promoted = Buffer.from(JSON.stringify({ ...claims, role: 'admin' })).toString('base64url');

    expect((await read(accessToken)).status).to.equal(200);
    expect((await read(`${header}.${promoted}.${signature}`)).status).to.equal(401);
  });

  it('ends after fifteen minutes, also when it has been seen before', async () => {
    const { accessToken } = await buildGuest();
    clock.advance(15 * 60_000 - 2000);
    expect((await read(accessToken)).status).to.equal(200);
    clock.advance(3000);

    const { status, body, headers } = await read(accessToken);
    expect(status).to.equal(401);
    expect(body.code).to.equal('token_expired');
    expect(headers['www-authenticate']).to.equal('Bearer realm="minuet", error="invalid_token"');
  });

  it('is sent as a bearer token and in no other way', async () => {
    const { accessToken } = await buildGuest();
    for (const header of [
      accessToken,
      `Basic ${accessToken}`,
      'Bearer',
      `Bearer ${accessToken} x`,
      `Bearer "${accessToken}"`,
    ])
      expect((await door.get('/api/me').set('Authorization', header)).status, header.slice(0, 12)).to.equal(
        401,
      );
    expect((await door.get(`/api/me?access_token=${accessToken}`)).status).to.equal(401);
    expect((await door.get('/api/me').set('Authorization', `bearer ${accessToken}`)).status).to.equal(200);
  });
});

describe('a role', () => {
  const answer = z.strictObject({ ok: z.literal(true) });
  const forRole = (auth: 'moderator' | 'admin') =>
    operation({
      method: 'get',
      path: `/api/for-${auth}`,
      summary: auth,
      tags: [],
      auth,
      limits: [],
      responses: { 200: answer },
      handle: () => ({ ok: true as const }),
    });
  const staffDoor = openDoor({ operations: [forRole('moderator'), forRole('admin')] });
  const enter = async (path: string, accessToken: string) =>
    (await staffDoor.get(path).set(as({ accessToken }))).status;

  it('opens what is for it and for those below', async () => {
    const people = [await buildMember(), await buildStaff('moderator'), await buildStaff('admin')];
    const statuses = await Promise.all(
      people.map(async ({ accessToken }) => [
        await enter('/api/for-moderator', accessToken),
        await enter('/api/for-admin', accessToken),
      ]),
    );
    expect(statuses).to.deep.equal([
      [403, 403],
      [200, 403],
      [200, 200],
    ]);
  });

  it('is the one that was signed, and that they still have', async () => {
    const { me, accessToken } = await buildStaff('admin');
    expect(await enter('/api/for-admin', signAccessToken({ ...me, role: 'member' }, clock.now()))).to.equal(
      403,
    );
    await sql(`UPDATE users SET role = 'member' WHERE id = $1`, [me.userId]);
    expect(await enter('/api/for-admin', accessToken)).to.equal(403);
    const nobody = { userId: newId(), deviceId: newId(), familyId: newId(), role: 'admin' as const };
    expect(await enter('/api/for-admin', signAccessToken(nobody, clock.now()))).to.equal(401);
  });
});
