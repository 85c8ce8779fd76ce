import { expect } from 'chai';
import { clock } from '#core/clock.ts';
import { statementCount, sql } from '#db/postgres.ts';
import { buildGuest, guestInput } from '../build.ts';
import { as, openDoor } from '../api/door.ts';

const door = openDoor();
const come = (body: object, headers: Record<string, string> = {}) =>
  door.post('/api/auth/guest').set(headers).send(body);

describe('coming in as a guest', () => {
  it('needs a name, a birth date and a gender, and answers with everything one needs to begin', async () => {
    const { body, status } = await come({ display_name: 'Ada', birth_date: '1990-01-01', gender: 'woman' });

    expect(status).to.equal(201);
    expect(body).to.have.all.keys('user', 'device_token', 'access_token', 'refresh_token', 'expires_in');
    expect(body.user).to.include({
      kind: 'guest',
      role: 'member',
      email: null,
      display_name: 'Ada',
      cell: null,
    });
    expect(body.expires_in).to.equal(900);
    const profile = await door.get('/api/me').set('Authorization', `Bearer ${body.access_token}`);
    expect(profile.body).to.deep.equal(body.user);
  });

  it('begins the journey at IDLE, on the device of the token', async () => {
    const guest = await buildGuest();

    const [journey] = await sql('SELECT state, version, device_id, pool, session_id FROM journeys');
    expect(journey).to.deep.equal({
      state: 'IDLE',
      version: 1,
      device_id: guest.me.deviceId,
      pool: 'world',
      session_id: null,
    });
  });

  it('keeps a place only as a cell of some five kilometres', async () => {
    const { user } = await buildGuest({ location: { latitude: 52.520008, longitude: 13.404954 } });

    expect(user.cell).to.equal('u33dc');
    const [row] = await sql<{ text: string }>('SELECT users::text AS text FROM users');
    expect(row?.text).to.not.include('52.52').and.not.include('13.40');
  });

  it('tidies names and interests, and drops an interest that is there already', async () => {
    const { body } = await come({
      ...guestInput(),
      display_name: '  Zoe\u0308 ',
      interests: [' Jazz ', 'jazz', 'JAZZ', 'Go'],
    });

    expect(body.user.display_name).to.equal('Zoë');
    expect(body.user.interests).to.deep.equal(['Jazz', 'Go']);
  });

  describe('is for adults', () => {
    // The clock stands somewhere in 2026 or later; the birthday is taken from it.
    const birthday = (years: number, days: number) => {
      const date = clock.now();
      return new Date(Date.UTC(date.getUTCFullYear() - years, date.getUTCMonth(), date.getUTCDate() + days))
        .toISOString()
        .slice(0, 10);
    };

    it('who have their eighteenth birthday today', async () => {
      expect((await come(guestInput({ birth_date: birthday(18, 0) }))).status).to.equal(201);
    });

    it('and not for those who have it tomorrow', async () => {
      const { status, body } = await come(guestInput({ birth_date: birthday(18, 1) }));

      expect(status).to.equal(403);
      expect(body.code).to.equal('under_age');
      expect(await sql('SELECT id FROM users')).to.be.empty;
      expect(await sql('SELECT id FROM devices')).to.be.empty;
    });

    it('until the clock says that they are', async () => {
      const tomorrow = birthday(18, 1);
      clock.advance(24 * 3600 * 1000);

      expect((await come(guestInput({ birth_date: tomorrow }))).status).to.equal(201);
    });

    it('who can have been born', async () => {
      for (const birth_date of [
        birthday(121, 0),
        birthday(-1, 0),
        '1990-02-30',
        '1990-2-3',
        'yesterday',
        '',
      ]) {
        const { status, body } = await come(guestInput({ birth_date }));
        expect(status, birth_date).to.equal(400);
        expect(body.errors[0].path).to.equal('birth_date');
      }
    });
  });

  it('refuses names that are a slur, but not people called Dick or Fagan', async () => {
    for (const name of ['n1gger', 'FAGGOT', 'the k1ke', 'tranny'])
      expect((await come(guestInput({ display_name: name }))).body.errors, name).to.deep.equal([
        { path: 'display_name', message: 'Choose another name' },
      ]);
    for (const name of ['Dick', 'Fagan', 'Abo Omar', 'Paula Negro', 'Nigel', 'Chinkara'])
      expect((await come(guestInput({ display_name: name }))).status, name).to.equal(201);
  });

  it('refuses names that cannot be seen or that turn the text around', async () => {
    for (const name of [
      '',
      '   ',
      '\u200B\u200B',
      '\u3164',
      'a\u202Eb',
      'a\u2066b',
      'a\nb',
      'a\u0007b',
      'x'.repeat(41),
    ])
      expect((await come(guestInput({ display_name: name }))).status, JSON.stringify(name)).to.equal(400);
    for (const name of ['李', '👩‍🚀', 'عمر', 'O’Neill', 'Anne-Marie', 'x'.repeat(40)])
      expect((await come(guestInput({ display_name: name }))).status, name).to.equal(201);
  });

  it('names every field that does not fit', async () => {
    const { body, status } = await come({ display_name: 7, gender: 'cat', interests: 'jazz', role: 'admin' });

    expect(status).to.equal(400);
    expect(body.errors.map((error: { path: string }) => error.path)).to.have.members([
      'display_name',
      'birth_date',
      'gender',
      'interests',
      'role',
    ]);
    expect(body.errors).to.deep.include({ path: 'role', message: 'Unknown field' });
  });

  it('refuses more than twenty interests, and places off the globe', async () => {
    const interests = Array.from({ length: 21 }, (_, i) => `interest ${i}`);
    expect((await come(guestInput({ interests }))).status).to.equal(400);
    expect((await come(guestInput({ location: { latitude: 91, longitude: 0 } }))).status).to.equal(400);
    expect(
      (await come({ ...guestInput(), location: { latitude: 1, longitude: 1, altitude: 1 } })).status,
    ).to.equal(400);
  });
});

describe('a device token', () => {
  it('keeps the device over several guests', async () => {
    const first = await buildGuest();
    const second = await buildGuest({ device_token: first.deviceToken });

    expect(second.me.deviceId).to.equal(first.me.deviceId);
    expect(second.deviceToken).to.equal(first.deviceToken);
    expect(second.me.userId).to.not.equal(first.me.userId);
    expect(await sql('SELECT id FROM devices')).to.have.length(1);
  });

  it('is refused with one and the same answer whether it is malformed or forged', async () => {
    const { deviceToken } = await buildGuest();
    const other = await buildGuest();
    const [, signature] = deviceToken.split('.');
    const answers = await Promise.all(
      [
        'x',
        `${other.me.deviceId}.${signature}`,
        `${deviceToken}A`,
        `${other.me.deviceId}.`,
        deviceToken.toUpperCase(),
      ].map((device_token) => come(guestInput({ device_token }))),
    );
    for (const { status, body } of answers) {
      expect(status).to.equal(400);
      expect(body.errors).to.deep.equal([{ path: 'device_token', message: 'Not a device token' }]);
    }
  });
});

describe('an Idempotency-Key on coming in', () => {
  const key = { 'Idempotency-Key': '8a6f6e0c-first-visit' };

  /** A profile with the token of a device that has been here before: only with that secret a key counts. */
  const returning = async (profile = {}) =>
    guestInput({ ...profile, device_token: (await buildGuest()).deviceToken });

  it('makes one guest of two requests from one device, and gives each its own tokens', async () => {
    const input = await returning();
    const first = await come(input, key);
    const second = await come(input, key);

    expect(second.status).to.equal(201);
    expect(second.body.user.id).to.equal(first.body.user.id);
    expect(second.body.device_token).to.equal(first.body.device_token);
    expect(second.body.refresh_token).to.not.equal(first.body.refresh_token);
    expect(await sql('SELECT id FROM users')).to.have.length(2);
  });

  it('makes one guest of ten requests at once from one device', async () => {
    const input = await returning();
    const answers = await Promise.all(Array.from({ length: 10 }, () => come(input, key)));

    expect(new Set(answers.map(({ body }) => body.user.id)).size).to.equal(1);
    expect(await sql('SELECT id FROM users')).to.have.length(2);
  });

  it('does not sign a stranger with the same key, profile and address in as the first guest', async () => {
    const mine = await come(guestInput(), key);
    const theirs = await come(guestInput(), key);
    const onTheirDevice = await come(guestInput({ device_token: theirs.body.device_token }), key);

    for (const { status, body } of [theirs, onTheirDevice]) {
      expect(status).to.equal(201);
      expect(body.user.id).to.not.equal(mine.body.user.id);
      expect(body.device_token).to.not.equal(mine.body.device_token);
    }
  });

  it('is refused with another body from the same device', async () => {
    const input = await returning();
    await come(input, key);
    const { status, body } = await come({ ...input, display_name: 'Somebody else' }, key);

    expect(status).to.equal(409);
    expect(body.code).to.equal('idempotency_mismatch');
  });

  it('may be used again after a request that failed', async () => {
    const input = await returning();
    expect((await come({ ...input, birth_date: '2020-01-01' }, key)).status).to.equal(403);
    expect((await come(input, key)).status).to.equal(201);
  });

  it('does not let a repeat into an account that has a password by now', async () => {
    const input = await returning();
    const { body } = await come(input, key);
    await door
      .post('/api/auth/register')
      .set(as({ accessToken: body.access_token }))
      .send({ email: 'ada@example.org', password: 'correct horse' })
      .expect(201);

    expect((await come(input, key)).body.code).to.equal('already_registered');
  });

  it('leaves no token behind in the database', async () => {
    const { body } = await come(await returning(), key);

    const [stored] = await sql<{ text: string }>(
      'SELECT idempotency_keys::text AS text FROM idempotency_keys',
    );
    for (const token of [body.access_token, body.refresh_token, body.device_token])
      expect(stored?.text).to.not.include(token);
    expect(stored?.text).to.not.include('Robin');
  });

  it('must be visible ASCII of at most two hundred characters', async () => {
    for (const bad of ['with space', 'x'.repeat(201), 'é'])
      expect((await come(guestInput(), { 'Idempotency-Key': bad })).body.code, bad).to.equal('invalid');
    expect(await sql('SELECT id FROM users')).to.be.empty;
  });
});

describe('a request that is refused', () => {
  it('never reaches the database', async () => {
    const before = statementCount();
    await come({ display_name: 'Ada' });
    expect(statementCount()).to.equal(before);
  });
});
