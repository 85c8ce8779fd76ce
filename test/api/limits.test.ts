import { expect } from 'chai';
import { z } from 'zod';
import { createBucket } from '#api/bucket.ts';
import { operation } from '#api/operation.ts';
import { clock } from '#core/clock.ts';
import { redis } from '#db/redis.ts';
import { buildGuest, buildMember, guestInput } from '../build.ts';
import { withoutRedis } from '../outage.ts';
import { as, openDoor } from './door.ts';

const credentials = { email: 'ada@example.org', password: 'correct horse' };

describe('a limit', () => {
  it('stops the eleventh attempt on one password within a minute, and says when to come back', async () => {
    await buildMember(credentials);
    const door = openDoor();
    const attempt = (body: object) => door.post('/api/auth/login').send(body);
    for (let i = 0; i < 10; i += 1)
      expect((await attempt({ ...credentials, password: 'wrong' })).status).to.equal(401);

    const { status, body, headers } = await attempt(credentials);
    expect(status).to.equal(429);
    expect(headers['content-type']).to.include('application/problem+json');
    expect(body.code).to.equal('rate_limited');
    expect(Number(headers['retry-after'])).to.be.within(1, 60);
    expect(headers.ratelimit).to.match(/"login"; r=0; t=\d+/);
    expect(headers['ratelimit-policy']).to.match(/"login"; q=10; w=60; pk=:/);
    expect(
      (await attempt({ ...credentials, email: 'ADA@example.org ' })).status,
      'however it is written',
    ).to.equal(429);
    expect(
      (await attempt({ ...credentials, email: 'other@example.org' })).status,
      'not for another',
    ).to.equal(401);
  });

  it('is multiplied by its factor', async () => {
    const door = openDoor({ rateLimitFactor: 0.2 });
    const attempt = () => door.post('/api/auth/login').send(credentials);

    expect([(await attempt()).status, (await attempt()).status, (await attempt()).status]).to.deep.equal([
      401, 401, 429,
    ]);
  });

  it('is counted for all processes together', async () => {
    const doors = [openDoor({ rateLimitFactor: 0.2 }), openDoor({ rateLimitFactor: 0.2 })] as const;
    const attempt = (i: 0 | 1) => doors[i].post('/api/auth/login').send(credentials);

    expect([(await attempt(0)).status, (await attempt(1)).status, (await attempt(0)).status]).to.deep.equal([
      401, 401, 429,
    ]);
  });

  it('lets a whole school come in from one address', async () => {
    const door = openDoor();
    const answers = await Promise.all(
      Array.from({ length: 100 }, () => door.post('/api/auth/guest').send(guestInput())),
    );
    expect(answers.every(({ status }) => status === 201)).to.be.true;
  });

  it('is not dodged with a header that only our own proxies may set', async () => {
    const door = openDoor({ rateLimitFactor: 1 / 300 }); // two guests an hour
    const come = async (address: string) =>
      (await door.post('/api/auth/guest').set('X-Forwarded-For', address).send(guestInput())).status;

    expect([await come('192.0.2.1'), await come('192.0.2.2'), await come('192.0.2.3')]).to.deep.equal([
      201, 201, 429,
    ]);
  });

  it('by person is no matter of the address, nor of the token', async () => {
    const door = openDoor({ rateLimitFactor: 0.02 }); // six reads a minute
    const [one, other] = [await buildGuest(), await buildGuest()];
    const read = async (person: { accessToken: string }) =>
      (await door.get('/api/me').set(as(person))).status;
    for (let i = 0; i < 6; i += 1) expect(await read(one)).to.equal(200);

    expect(await read(one)).to.equal(429);
    expect(await read(other)).to.equal(200);
  });

  it('passes while Redis is away, and counts again once it is back', async () => {
    const door = openDoor({ rateLimitFactor: 0.1 });
    const attempt = async () => (await door.post('/api/auth/login').send(credentials)).status;
    const meanwhile = await withoutRedis(async () => [await attempt(), await attempt(), await attempt()]);

    expect(meanwhile).to.deep.equal([401, 401, 401]);
    expect([await attempt(), await attempt()]).to.deep.equal([401, 429]);
  });

  it('made while Redis is away counts once it is back', async () => {
    const door = await withoutRedis(async () => openDoor({ rateLimitFactor: 0.1 }));
    const attempt = async () => (await door.post('/api/auth/login').send(credentials)).status;

    expect([await attempt(), await attempt()]).to.deep.equal([401, 429]);
  });

  // On a server that others use too, it would be their scripts as well.
  (process.env.REDIS_KIND === 'given' ? it.skip : it)('survives that Redis forgets its scripts', async () => {
    const door = openDoor({ rateLimitFactor: 0.1 });
    const attempt = async () => (await door.post('/api/auth/login').send(credentials)).status;
    expect(await attempt()).to.equal(401);
    await redis.script('FLUSH');

    expect(await attempt()).to.equal(429);
  });
});

describe('the limit on polls', () => {
  const poll = operation({
    method: 'get',
    path: '/api/poll',
    summary: 'A poll',
    tags: [],
    auth: 'user',
    limits: ['poll'],
    poll: true,
    responses: { 200: z.strictObject({}) },
    handle: () => ({}),
  });

  it('is never met by honest polling, nor by a burst of it', async () => {
    const door = openDoor({ operations: [poll] });
    const guest = await buildGuest();
    for (let second = 0; second < 5; second += 1) {
      const answers = await Promise.all(
        Array.from({ length: 25 }, () => door.get('/api/poll').set(as(guest))),
      );
      expect(answers.every(({ status }) => status === 200)).to.be.true;
      clock.advance(1000);
    }
  });

  it('stops what no honest client does, without asking Redis', async () => {
    const door = openDoor({ operations: [poll], rateLimitFactor: 0.1 });
    const guest = await buildGuest();
    const answers = await withoutRedis(() =>
      Promise.all(Array.from({ length: 10 }, () => door.get('/api/poll').set(as(guest)))),
    );

    const refused = answers.filter(({ status }) => status === 429);
    expect(refused).to.have.length(4);
    expect(refused[0]!.body.code).to.equal('rate_limited');
    expect(refused[0]!.headers['retry-after']).to.equal('1');
    expect(refused[0]!.headers.ratelimit).to.equal('"poll"; r=0; t=1');
    clock.advance(1000);
    expect((await door.get('/api/poll').set(as(guest))).status).to.equal(200);
  });
});

describe('a bucket', () => {
  it('gives its burst at once, then as fast as it fills', () => {
    const bucket = createBucket(2, 4);
    expect(Array.from({ length: 5 }, () => bucket.take('a'))).to.deep.equal([0, 0, 0, 0, 1]);
    clock.advance(500);
    expect([bucket.take('a'), bucket.take('a')]).to.deep.equal([0, 1]);
    expect(bucket.take('b'), 'each key has its own').to.equal(0);
  });

  it('does not overflow, and does not mind a clock that goes back', () => {
    const bucket = createBucket(1, 2);
    bucket.take('a');
    clock.advance(3_600_000);
    expect([bucket.take('a'), bucket.take('a'), bucket.take('a')]).to.deep.equal([0, 0, 1]);
    clock.advance(-7_200_000);
    expect(bucket.take('a')).to.equal(1);
  });

  it('forgets keys that have not been seen for long', () => {
    const bucket = createBucket(1, 1);
    for (let i = 0; i < 50_000; i += 1) bucket.take(`key ${i}`);
    clock.advance(1000);
    bucket.take('one more');
    expect(bucket.size()).to.equal(1);
  });
});
