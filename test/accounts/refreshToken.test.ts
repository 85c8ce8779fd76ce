import { expect } from 'chai';
import { logout, refresh } from '#core/accounts/refreshToken.ts';
import { clock } from '#core/clock.ts';
import { sql } from '#db/postgres.ts';
import { buildGuest, buildMember } from '../build.ts';
import { as, openDoor } from '../api/door.ts';
import { heldBack } from '../race.ts';

const door = openDoor();
const exchange = (refresh_token: string) => door.post('/api/auth/refresh').send({ refresh_token });
const days = (n: number) => n * 24 * 3600 * 1000;

describe('a refresh token', () => {
  it('is exchanged for new tokens that work', async () => {
    const { refreshToken, user } = await buildGuest();
    const { body, status } = await exchange(refreshToken);

    expect(status).to.equal(200);
    expect(body).to.have.all.keys('access_token', 'refresh_token', 'expires_in');
    expect(body.refresh_token).to.not.equal(refreshToken);
    const me = await door.get('/api/me').set(as({ accessToken: body.access_token }));
    expect(me.body.id).to.equal(user.id);
  });

  it('is kept only as a hash', async () => {
    const { refreshToken } = await buildGuest();

    const [row] = await sql<{ text: string; bytes: number }>(
      'SELECT t::text AS text, length(token_hash) AS bytes FROM refresh_tokens t',
    );
    expect(row?.bytes).to.equal(32);
    expect(row?.text)
      .to.not.include(refreshToken)
      .and.not.include(Buffer.from(refreshToken, 'base64url').toString('hex'));
  });

  it('lasts thirty days from its issue, and not a second more', async () => {
    const { refreshToken } = await buildGuest();
    clock.advance(days(30) - 1000);
    const next = await refresh(refreshToken);
    clock.advance(days(30));

    const { status, body } = await exchange(next.refresh_token);
    expect(status).to.equal(401);
    expect(body.code).to.equal('unauthenticated');
  });

  it('that nobody ever had gives nothing away', async () => {
    const { status, body, headers } = await exchange('x'.repeat(43));

    expect(status).to.equal(401);
    expect(body.code).to.equal('unauthenticated');
    expect(headers['www-authenticate']).to.match(/^Bearer /);
  });

  it('is no access token, nor the other way round', async () => {
    const { refreshToken, accessToken } = await buildGuest();

    expect((await door.get('/api/me').set(as({ accessToken: refreshToken }))).status).to.equal(401);
    expect((await exchange(accessToken)).status).to.equal(400);
  });

  it('notes that its owner was here', async () => {
    const { refreshToken } = await buildGuest();
    clock.advance(days(3));
    await refresh(refreshToken);

    const [user] = await sql<{ active_at: Date }>('SELECT active_at FROM users');
    expect(user?.active_at.getTime()).to.be.closeTo(clock.ms(), 2000);
  });

  it('carries a new role into the next access token', async () => {
    const { refreshToken, user } = await buildMember();
    await sql("UPDATE users SET role = 'moderator' WHERE id = $1", [user.id]);
    const { access_token } = await refresh(refreshToken);

    const claims = JSON.parse(Buffer.from(access_token.split('.')[1]!, 'base64url').toString()) as {
      role: string;
    };
    expect(claims.role).to.equal('moderator');
  });
});

describe('a refresh token used twice', () => {
  it('by a thief, later: everybody who holds one of the family is signed out', async () => {
    const { refreshToken: stolen } = await buildGuest();
    const owner = await refresh(stolen);
    clock.advance(11_000);

    const thief = await exchange(stolen);
    expect(thief.status).to.equal(401);
    expect(thief.body.code).to.equal('refresh_reused');
    expect((await exchange(owner.refresh_token)).body.code, 'the owner must sign in again').to.equal(
      'unauthenticated',
    );
    expect((await exchange(stolen)).body.code).to.equal('unauthenticated');
  });

  it('leaves the other sign-ins of that person alone', async () => {
    const password = 'correct horse';
    const { refreshToken: stolen, user } = await buildMember({ password });
    const elsewhere = await door.post('/api/auth/login').send({ email: user.email, password });
    await refresh(stolen);
    clock.advance(11_000);
    await exchange(stolen).expect(401);

    await exchange(elsewhere.body.refresh_token).expect(200);
  });

  it('because the answer was lost: the repeat is answered', async () => {
    const { refreshToken } = await buildGuest();
    await refresh(refreshToken); // lost on its way
    clock.advance(9000);

    const repeated = await exchange(refreshToken).expect(200);
    clock.advance(60_000);
    await exchange(repeated.body.refresh_token).expect(200);
  });

  it('by two tabs at once: both are answered, and both answers are good until one is used', async () => {
    const { refreshToken } = await buildGuest();
    const [first, second] = await Promise.all([exchange(refreshToken), exchange(refreshToken)]);

    expect([first.status, second.status]).to.deep.equal([200, 200]);
    expect(first.body.refresh_token).to.not.equal(second.body.refresh_token);
    clock.advance(14 * 60_000);
    await exchange(second.body.refresh_token).expect(200);
  });

  it('in time by a thief: whoever of the two refreshes second is caught, and both are out', async () => {
    for (const [first, second] of [
      ['owner', 'thief'],
      ['thief', 'owner'],
    ] as const) {
      const { refreshToken: stolen } = await buildGuest();
      const tokens = { owner: await refresh(stolen), thief: await refresh(stolen) };
      clock.advance(60_000);

      const next = await refresh(tokens[first].refresh_token);
      clock.advance(60_000);
      expect((await exchange(tokens[second].refresh_token)).body.code, second).to.equal('refresh_reused');
      expect((await exchange(next.refresh_token)).status, first).to.equal(401);
    }
  });

  it('in time, but after a successor was used: that is no lost answer', async () => {
    const { refreshToken: stolen } = await buildGuest();
    const owner = await refresh(stolen);
    clock.advance(1000);
    const next = await refresh(owner.refresh_token);
    clock.advance(1000);

    expect((await exchange(stolen)).body.code).to.equal('refresh_reused');
    expect((await exchange(next.refresh_token)).status).to.equal(401);
  });

  it('by twenty requests at once leaves one family with one use', async () => {
    const { refreshToken } = await buildGuest();
    const answers = await Promise.all(Array.from({ length: 20 }, () => exchange(refreshToken)));

    expect(answers.every(({ status }) => status === 200)).to.be.true;
    expect(await sql('SELECT id FROM refresh_tokens WHERE used_at IS NOT NULL')).to.have.length(1);

    const uses = await Promise.all(answers.map(({ body }) => exchange(body.refresh_token)));
    expect(uses.filter(({ status }) => status === 200)).to.have.length(1);
    expect(await sql('SELECT id FROM refresh_tokens WHERE revoked_at IS NULL')).to.be.empty;
  });
});

describe('signing out', () => {
  it('ends every refresh token of that sign-in, and may be repeated', async () => {
    const { refreshToken } = await buildGuest();
    const next = await refresh(refreshToken);
    const leave = () => door.post('/api/auth/logout').send({ refresh_token: next.refresh_token });

    expect((await leave()).status).to.equal(204);
    expect((await leave()).status).to.equal(204);
    expect((await exchange(next.refresh_token)).body.code).to.equal('unauthenticated');
  });

  it('while a refresh is about to store its successor: no token of that sign-in works afterwards', async () => {
    const { refreshToken } = await buildGuest();
    const signedOut = heldBack('INSERT INTO refresh_tokens', () => logout(refreshToken));
    const { refresh_token } = await refresh(refreshToken);
    await signedOut;

    for (const token of [refreshToken, refresh_token])
      expect((await exchange(token)).body.code).to.equal('unauthenticated');
  });

  it('while a refresh is about to begin: no token of that sign-in works afterwards', async () => {
    const { refreshToken } = await buildGuest();
    const [refreshed] = await Promise.allSettled([
      heldBack('UPDATE refresh_tokens SET revoked_at', () => refresh(refreshToken)),
      logout(refreshToken),
    ]);

    expect(refreshed.status, 'the refresh comes second, and is refused').to.equal('rejected');
    expect(await sql('SELECT id FROM refresh_tokens WHERE revoked_at IS NULL')).to.be.empty;
  });

  it('among refreshes of several tabs, in any order, leaves no token of that sign-in that works', async () => {
    const families = await Promise.all(Array.from({ length: 12 }, () => buildGuest()));
    await Promise.all(
      families.map(async ({ refreshToken }, index) => {
        const tabs = [refresh, refresh, refresh].map(
          (verb) => () => verb(refreshToken).catch(() => undefined),
        );
        tabs.splice(index % 4, 0, () => logout(refreshToken).then(() => undefined));
        await Promise.all(tabs.map((verb) => verb()));
      }),
    );

    expect(await sql('SELECT id FROM refresh_tokens WHERE revoked_at IS NULL')).to.be.empty;
  });

  it('of an unknown token says nothing', async () => {
    await logout('unknown');
    expect((await door.post('/api/auth/logout').send({ refresh_token: 'unknown' })).status).to.equal(204);
    expect((await door.post('/api/auth/logout').send({})).status).to.equal(400);
  });
});
