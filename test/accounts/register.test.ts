import { expect } from 'chai';
import { sql } from '#db/postgres.ts';
import { buildGuest, buildMember, guestInput } from '../build.ts';
import { as, openDoor } from '../api/door.ts';

const door = openDoor();
const credentials = { email: 'ada@example.org', password: 'correct horse' };
const register = (body: object, headers: Record<string, string> = {}) =>
  door.post('/api/auth/register').set(headers).send(body);
const login = (body: object) => door.post('/api/auth/login').send(body);

describe('registering', () => {
  it('makes a member of somebody new', async () => {
    const { body, status } = await register({ ...guestInput(), ...credentials });

    expect(status).to.equal(201);
    expect(body.user).to.include({ kind: 'member', email: 'ada@example.org', display_name: 'Robin' });
    await login(credentials).expect(200);
  });

  it('needs the profile of somebody new', async () => {
    const { body, status } = await register(credentials);

    expect(status).to.equal(400);
    expect(body.errors.map((error: { path: string }) => error.path)).to.deep.equal([
      'display_name',
      'birth_date',
      'gender',
    ]);
  });

  it('keeps a password only as an argon2id hash, and shows it to nobody', async () => {
    const { text } = await register({ ...guestInput(), ...credentials }, { 'Idempotency-Key': 'k' });

    const [user] = await sql<{ password_hash: string }>('SELECT password_hash FROM users');
    expect(user?.password_hash).to.match(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(text).to.not.include('argon2').and.not.include('password');
  });

  it('refuses an e-mail that is taken, however it is written', async () => {
    await buildMember(credentials);
    for (const email of ['ada@example.org', 'ADA@example.ORG', ' ada@example.org '])
      expect((await register({ ...guestInput(), ...credentials, email })).body.code, email).to.equal(
        'email_taken',
      );
    expect(await sql('SELECT id FROM users')).to.have.length(1);
    expect(await sql('SELECT id FROM devices')).to.have.length(1);
  });

  it('gives an e-mail to one of two who ask at once', async () => {
    const answers = await Promise.all([1, 2, 3].map(() => register({ ...guestInput(), ...credentials })));

    expect(answers.map(({ status }) => status).sort()).to.deep.equal([201, 409, 409]);
  });

  it('is for adults', async () => {
    const { body } = await register({ ...guestInput({ birth_date: '2015-01-01' }), ...credentials });
    expect(body.code).to.equal('under_age');
  });

  it('refuses short passwords and what is no e-mail', async () => {
    for (const wrong of [
      { password: 'too short' },
      { password: 'x'.repeat(201) },
      { email: 'ada' },
      { email: 'ada@' },
      { email: `${'a'.repeat(250)}@example.org` },
      { email: 'a@b.org\u0000' },
    ])
      expect(
        (await register({ ...guestInput(), ...credentials, ...wrong })).status,
        JSON.stringify(wrong),
      ).to.equal(400);
  });
});

describe('a guest who registers', () => {
  it('keeps id, device and profile, and what they are in the middle of', async () => {
    const guest = await buildGuest({ interests: ['sailing'] });
    const { body, status } = await register(credentials, as(guest));

    expect(status).to.equal(201);
    expect(body.user).to.deep.equal({ ...guest.user, kind: 'member', email: 'ada@example.org' });
    expect(body.device_token).to.equal(guest.deviceToken);
    expect((await login(credentials)).body.user.id).to.equal(guest.user.id);
    expect(await sql('SELECT user_id FROM journeys')).to.deep.equal([{ user_id: guest.user.id }]);
  });

  it('leaves the guest’s refresh tokens behind', async () => {
    const guest = await buildGuest();
    await register(credentials, as(guest)).expect(201);

    await door.post('/api/auth/refresh').send({ refresh_token: guest.refreshToken }).expect(401);
  });

  it('registers once', async () => {
    const guest = await buildGuest();
    await register(credentials, as(guest)).expect(201);

    const again = await register({ ...credentials, email: 'other@example.org' }, as(guest));
    expect(again.body.code).to.equal('already_registered');
  });

  it('may repeat the request under its key', async () => {
    const guest = await buildGuest();
    const headers = { ...as(guest), 'Idempotency-Key': 'upgrade-1' };
    const first = await register(credentials, headers);
    const second = await register(credentials, headers);

    expect([first.status, second.status]).to.deep.equal([201, 201]);
    expect(second.body.user).to.deep.equal(first.body.user);
    expect((await register({ ...credentials, password: 'another horse' }, headers)).body.code).to.equal(
      'idempotency_mismatch',
    );
  });

  it('changes the profile elsewhere', async () => {
    const guest = await buildGuest();
    const { body, status } = await register({ ...credentials, display_name: 'Ada' }, as(guest));

    expect(status).to.equal(400);
    expect(body.errors[0].path).to.equal('display_name');
  });

  it('with a token that is not good any more is told so, and no second account is made', async () => {
    const { status } = await register(
      { ...guestInput(), ...credentials },
      { Authorization: 'Bearer nonsense' },
    );

    expect(status).to.equal(401);
    expect(await sql('SELECT id FROM users')).to.be.empty;
  });

  it('cannot take the e-mail of a member', async () => {
    await buildMember(credentials);
    const guest = await buildGuest();

    expect((await register(credentials, as(guest))).body.code).to.equal('email_taken');
    expect((await door.get('/api/me').set(as(guest))).body.kind).to.equal('guest');
  });
});
