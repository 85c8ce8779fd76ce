import { createHmac, generateKeyPairSync } from 'node:crypto';
import { expect } from 'chai';
import jwt from 'jsonwebtoken';
import { clock } from '#core/clock.ts';
import { newId } from '#core/ids.ts';
import { settings } from '#core/settings.ts';
import { sql } from '#db/postgres.ts';
import { buildGuest, buildMember, guestInput } from '../build.ts';
import { logged } from '../accounts/canaries.ts';
import { as, openDoor } from './door.ts';

const door = openDoor({ rateLimitFactor: 1000 });
const read = async (token: string): Promise<number> =>
  (await door.get('/api/me').set(as({ accessToken: token }))).status;

describe('a forged token', () => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });

  it('that brings its own key, in the token or at an address, is refused', async () => {
    const { me } = await buildGuest();
    const iat = Math.floor(clock.ms() / 1000);
    const claims = { sub: me.userId, did: me.deviceId, fam: me.familyId, role: 'admin', typ: 'access' };
    const payload = { ...claims, iss: 'minuet', aud: 'minuet', iat, exp: iat + 900 };
    const jwk = publicKey.export({ format: 'jwk' });
    for (const extra of [
      { jwk },
      { jku: 'https://evil.example/keys' },
      { x5u: 'https://evil.example/c' },
      { kid: '../../dev/null' },
    ])
      expect(
        await read(
          jwt.sign(payload, privateKey, {
            algorithm: 'RS256',
            header: { alg: 'RS256', ...extra },
          }),
        ),
      ).to.equal(401);
    const spki = publicKey.export({ format: 'pem', type: 'spki' });
    const head = Buffer.from(JSON.stringify({ alg: 'HS256', typ: 'JWT' })).toString('base64url');
    const body = Buffer.from(JSON.stringify(payload)).toString('base64url');
    const confused = createHmac('sha256', spki).update(`${head}.${body}`).digest('base64url');
    expect(await read(`${head}.${body}.${confused}`), 'a public key as the secret').to.equal(401);
  });

  it('is no access token because it is a refresh token or a device token', async () => {
    const { refreshToken, deviceToken } = await buildGuest();
    expect([await read(refreshToken), await read(deviceToken)]).to.deep.equal([401, 401]);
  });

  it('of another house, with its own secret, is refused', async () => {
    const { me } = await buildGuest();
    const claims = { sub: me.userId, did: me.deviceId, fam: me.familyId, role: 'member', typ: 'access' };
    const options = { issuer: 'minuet', audience: 'minuet', expiresIn: 900 } as const;
    expect(await read(jwt.sign(claims, settings.jwtSecret, options))).to.equal(200);
    expect(await read(jwt.sign(claims, 'minuet-development-secret-not-for-production', options))).to.equal(
      401,
    );
  });
});

describe('mass assignment', () => {
  it('is refused wherever a body is taken: nobody gives themselves a role, a kind, an id or a birth date', async () => {
    const member = await buildMember();
    for (const field of [
      'role',
      'kind',
      'id',
      'email',
      'birth_date',
      'password_hash',
      'rating_sum',
      'created_at',
      'device_id',
    ]) {
      const change = await door
        .patch('/api/me')
        .set(as(member))
        .send({ bio: 'x', [field]: 'admin' });
      expect([change.status, change.body.code], field).to.deep.equal([400, 'invalid']);
      const fresh = await door.post('/api/auth/guest').send({
        ...guestInput(),
        ...(field !== 'birth_date' && { [field]: 'admin' }),
        ...(field === 'birth_date' && { Birth_date: 'x' }),
      });
      expect(fresh.status, field).to.equal(400);
    }
    const [{ role, bio } = { role: '', bio: 'x' }] = await sql<{ role: string; bio: string }>(
      'SELECT role, bio FROM users WHERE id = $1',
      [member.user.id],
    );
    expect([role, bio]).to.deep.equal(['member', '']);
  });
});

describe('enumeration', () => {
  it('of accounts finds nothing: an unknown e-mail and a wrong password are one answer', async () => {
    const { user } = await buildMember();
    const answers = await Promise.all(
      [user.email, 'nobody@example.org'].map((email) =>
        door.post('/api/auth/login').send({ email, password: 'wrong password' }),
      ),
    );
    expect(
      new Set(answers.map(({ status, body }) => JSON.stringify([status, { ...body, instance: '' }]))).size,
    ).to.equal(1);
  });

  it('of ids finds nothing: an unknown one and a stranger’s are one answer', async () => {
    const [ann, eve] = [await buildGuest(), await buildGuest()];
    const session = await door.post('/api/continuous-matching/start').set(as(ann)).send({});
    const answers = await Promise.all(
      [session.body.session_id as string, newId()].map((id) =>
        door.get(`/api/continuous-matching/next-match?session_id=${id}`).set(as(eve)),
      ),
    );
    expect(
      new Set(answers.map(({ status, body }) => JSON.stringify([status, { ...body, instance: '' }]))).size,
    ).to.equal(1);
    expect(answers[0]!.status).to.equal(404);
  });
});

describe('injection', () => {
  it('into headers and the log ends at the schema: what is sent cannot make a line of its own', async () => {
    const { accessToken } = await buildGuest();
    const written = await logged(async () => {
      await door.get('/api/me').set({ ...as({ accessToken }), 'X-Request-Id': 'a b"}{"level":60' });
      await door.get('/api/matches/%0a%7b%22level%22:60%7d').set(as({ accessToken }));
      await door.patch('/api/me').set(as({ accessToken })).send({ bio: 'x\n{"level":60,"msg":"forged"}' });
      await door.post('/api/auth/login').send({ email: 'x\n{"level":60}', password: 'forged' });
    });
    const lines = written.trimEnd().split('\n');
    for (const line of lines) expect(JSON.parse(line), line).to.include.keys('level', 'time');
    expect(written).not.to.include('forged').and.not.to.include('"level":60');
  });

  it('of HTML into a name, a bio or a reason is kept as text and sent as JSON that no browser renders', async () => {
    const html = '<img src=x onerror=alert(1)>';
    const guest = await buildGuest({ display_name: html });
    await door.patch('/api/me').set(as(guest)).send({ bio: html });
    const { body, headers } = await door.get('/api/me').set(as(guest));
    expect(body).to.include({ display_name: html, bio: html });
    expect(headers['content-type']).to.match(/^application\/json/);
    expect(headers['x-content-type-options']).to.equal('nosniff');
    expect(headers['content-security-policy']).to.include("default-src 'none'");
  });
});
