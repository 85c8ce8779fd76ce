import { expect } from 'chai';
import { isPassword, hashPassword } from '#core/accounts/password.ts';
import { buildGuest, buildMember } from '../build.ts';
import { openDoor } from '../api/door.ts';

const door = openDoor();
const login = (body: object) => door.post('/api/auth/login').send(body);
const credentials = { email: 'ada@example.org', password: 'correct horse' };

describe('signing in', () => {
  it('takes e-mail and password, and gives the device that the account began with', async () => {
    const member = await buildMember(credentials);
    const { body, status } = await login({ ...credentials, email: 'Ada@Example.org' });

    expect(status).to.equal(200);
    expect(body.user).to.deep.equal(member.user);
    expect(body.device_token).to.equal(member.deviceToken);
    expect(body.refresh_token).to.not.equal(member.refreshToken);
  });

  it('knows another device by its token', async () => {
    await buildMember(credentials);
    const { deviceToken } = await buildGuest();

    const { body } = await login({ ...credentials, device_token: deviceToken });
    expect(body.device_token).to.equal(deviceToken);
    expect((await login({ ...credentials, device_token: 'forged' })).status).to.equal(400);
  });

  it('answers the same to an unknown e-mail and to a wrong password', async () => {
    await buildMember(credentials);
    const wrong = await login({ ...credentials, password: 'wrong horse' });
    const unknown = await login({ ...credentials, email: 'nobody@example.org' });

    expect(wrong.status).to.equal(401);
    const { instance: _a, ...first } = wrong.body;
    const { instance: _b, ...second } = unknown.body;
    expect(first).to.deep.equal(second);
    expect(first.code).to.equal('wrong_credentials');
  });

  it('takes as long for an unknown e-mail as for a wrong password', async () => {
    const hash = await hashPassword('correct horse');
    const time = async (passwordHash: string | undefined) => {
      const startedAt = performance.now();
      expect(await isPassword('wrong horse', passwordHash)).to.be.false;
      return performance.now() - startedAt;
    };
    const median = async (passwordHash: string | undefined) => {
      const times: number[] = [];
      for (let i = 0; i < 9; i += 1) times.push(await time(passwordHash));
      return times.sort((a, b) => a - b)[4]!;
    };
    const [unknown, wrong] = [await median(undefined), await median(hash)];
    expect(unknown / wrong).to.be.within(0.5, 2);
  });

  it('never opens an account with the hash that stands in for nobody’s', async () => {
    expect(await isPassword('', undefined)).to.be.false;
  });

  it('takes a password for the same whichever way its accents are written', async () => {
    await buildMember({ ...credentials, password: 'cafe\u0301 au lait'.normalize('NFC') });

    await login({ ...credentials, password: 'cafe\u0301 au lait' }).expect(200);
  });
});
