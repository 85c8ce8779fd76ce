import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import path from 'node:path';
import { expect } from 'chai';
import { guestInput } from '../build.ts';
import { cloneDatabase, run } from '../database.ts';
import { openWire } from '../outage.ts';

const house = path.join(import.meta.dirname, '..', '..');

/** The API as a process of its own, with everything it writes. */
interface Running {
  address: string;
  child: ChildProcess;
  output: () => string;
  lines: () => Record<string, unknown>[];
}

describe('the API process', () => {
  let database: Awaited<ReturnType<typeof cloneDatabase>>;
  let dropped: Promise<void> | undefined;
  const dropDatabase = () => (dropped ??= database.drop());
  const running: ChildProcess[] = [];
  beforeEach(async () => {
    database = await cloneDatabase();
    dropped = undefined;
  });
  afterEach(async () => {
    for (const child of running.splice(0)) if (child.exitCode === null) child.kill('SIGKILL');
    await dropDatabase();
  });

  async function start(env: Record<string, string> = {}): Promise<Running> {
    const port = await freePort();
    const child = spawn(process.execPath, ['--import', 'tsx', 'api/main.ts'], {
      cwd: house,
      env: { ...process.env, DATABASE_URL: database.url, PORT: String(port), LOG_LEVEL: 'trace', ...env },
    });
    running.push(child);
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => void (output += chunk.toString()));
    const address = `http://127.0.0.1:${port}`;
    await eventually(async () => (await fetch(`${address}/healthz`)).ok);
    const lines = () =>
      output
        .split('\n')
        .filter((line) => line.startsWith('{'))
        .map((line) => JSON.parse(line) as Record<string, unknown>);
    return { address, child, output: () => output, lines };
  }

  it('writes no secret into its log, whatever happens', async () => {
    const { address, output, lines } = await start();
    const post = (route: string, body: unknown, headers?: Record<string, string>) =>
      postJson(address + route, body, headers);
    const secrets = [
      's3cret-passw0rd',
      'ada.secret@example.org',
      'Xanthippe',
      '1971-03-04',
      'secret-key-123',
    ];
    const [password, email, display_name, birth_date, key] = secrets;
    const profile = guestInput({ display_name: display_name!, birth_date: birth_date! });

    const guest = (await (
      await post('/api/auth/guest', profile, { 'Idempotency-Key': key! })
    ).json()) as Record<string, string>;
    const bearer = { Authorization: `Bearer ${guest.access_token}` };
    await post('/api/auth/register', { email, password }, bearer);
    await post('/api/auth/register', { ...profile, email, password });
    await post('/api/auth/login', { email, password: `${password}-wrong` });
    await post('/api/auth/login', `{"email": "${email}", "password": `);
    await post('/api/auth/refresh', { refresh_token: guest.refresh_token });
    await fetch(`${address}/api/me?access_token=${guest.access_token}&email=${email}`, { headers: bearer });
    await fetch(`${address}/${guest.access_token}`, { headers: bearer });
    await dropDatabase(); // and now everything fails
    await post('/api/auth/login', { email, password });
    await post('/api/auth/guest', profile);

    const written = output();
    expect(lines().filter(({ msg }) => msg === 'request')).to.have.length.of.at.least(10);
    for (const secret of [...secrets, guest.access_token!, guest.refresh_token!, guest.device_token!])
      expect(written).to.not.include(secret);
    const [login] = lines().filter(({ route, status }) => route === '/api/auth/login' && status === 401);
    expect(login).to.include.keys('request_id', 'method', 'ms', 'code');
  });

  it('answers 503 while Postgres is away, and is itself again once it is back', async () => {
    const wire = await openWire(database.url);
    const { address } = await start({ DATABASE_URL: wire.url });
    const come = () => postJson(`${address}/api/auth/guest`, guestInput());
    const ready = async () => (await fetch(`${address}/readyz`)).json() as Promise<{ parts: object }>;
    expect((await come()).status).to.equal(201);
    await wire.cut();

    for (let i = 0; i < 3; i += 1) {
      const answer = await come();
      expect(answer.status).to.equal(503);
      expect(answer.headers.get('retry-after')).to.equal('1');
    }
    expect((await fetch(`${address}/healthz`)).status).to.equal(200);
    expect((await ready()).parts).to.include({ postgres: 'unavailable', redis: 'ok' });

    await wire.mend();
    await eventually(async () => (await come()).status === 201);
    expect((await ready()).parts).to.include({ postgres: 'ok' });
    await wire.cut();
  });

  it('answers a poll with 503 while Redis is away, and lives', async () => {
    const wire = await openWire(process.env.REDIS_URL!);
    const { address, child, lines } = await start({ REDIS_URL: wire.url });
    const guest = (await (await postJson(`${address}/api/auth/guest`, guestInput())).json()) as {
      access_token: string;
    };
    const headers = { Authorization: `Bearer ${guest.access_token}` };
    const started = await postJson(`${address}/api/continuous-matching/start`, {}, headers);
    const { session_id } = (await started.json()) as { session_id: string };
    const poll = () =>
      fetch(`${address}/api/continuous-matching/next-match?session_id=${session_id}`, { headers });
    expect((await poll()).status).to.equal(200);
    await wire.cut();

    const answer = await poll();
    expect(answer.status).to.equal(503);
    expect(answer.headers.get('retry-after')).to.equal('1');
    expect((await fetch(`${address}/healthz`)).status, 'it has written its line, and lives').to.equal(200);
    expect(child.exitCode).to.be.null;
    const line = () => lines().find(({ msg, status }) => msg === 'request' && status === 503);
    await eventually(() => Promise.resolve(line() !== undefined));
    expect(line()).to.include({ route: '/api/continuous-matching/next-match' });
  });

  it('starts without Redis, and says so', async () => {
    const { address } = await start({ REDIS_URL: `redis://127.0.0.1:${await freePort()}` });
    const ready = await fetch(`${address}/readyz`);

    expect(ready.status).to.equal(503);
    expect(((await ready.json()) as { parts: object }).parts).to.include({
      postgres: 'ok',
      redis: 'unavailable',
    });
    expect((await postJson(`${address}/api/auth/guest`, guestInput())).status).to.equal(201);
  });

  it('is not ready for a database that has not been migrated', async () => {
    await run(database.url, 'DROP TABLE migrations');
    const { address } = await start();

    const ready = await fetch(`${address}/readyz`);
    expect(((await ready.json()) as { parts: object }).parts).to.include({ migrations: 'pending' });
  });

  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    it(`ends at ${signal} with nothing left undone`, async () => {
      const { child, address, lines } = await start();
      const agent = await fetch(`${address}/healthz`, { headers: { Connection: 'keep-alive' } });
      await agent.text();
      child.kill(signal);
      const [code] = (await once(child, 'exit')) as [number | null];

      expect(code).to.equal(0);
      expect(lines().map(({ msg }) => msg)).to.include.members(['draining', 'stopped']);
    });

  it('asks for HTTPS in production alone, and lets configured origins in', async () => {
    const { address } = await start({
      NODE_ENV: 'production',
      CORS_ORIGINS: 'https://app.example, https://b.example',
    });
    const from = (origin: string, method = 'GET', route = '/healthz') =>
      fetch(address + route, {
        method,
        headers: {
          Origin: origin,
          'Access-Control-Request-Method': 'POST',
          'Access-Control-Request-Headers': 'authorization',
        },
      });

    const allowed = await from('https://app.example');
    expect(allowed.headers.get('strict-transport-security')).to.match(/^max-age=\d+/);
    expect(allowed.headers.get('access-control-allow-origin')).to.equal('https://app.example');
    expect(allowed.headers.get('access-control-allow-credentials')).to.be.null;
    const preflight = await from('https://b.example', 'OPTIONS');
    expect(preflight.status).to.equal(204);
    expect(preflight.headers.get('access-control-allow-headers')).to.include('Authorization');
    expect(preflight.headers.get('access-control-allow-methods')).to.equal('GET,POST,PATCH,DELETE');

    const poll = '/api/continuous-matching/next-match?session_id=01a1f7eb-ec3f-72b7-bd87-8180842be37a';
    const polled = await from('https://app.example', 'GET', poll);
    expect(polled.status).to.equal(401);
    expect(polled.headers.get('access-control-allow-origin'), 'on the lane of the polls, too').to.equal(
      'https://app.example',
    );
    expect(polled.headers.get('access-control-expose-headers')).to.include('Retry-After');
    expect(polled.headers.get('vary')).to.include('Origin');
    for (const route of ['/healthz', poll])
      for (const origin of ['https://evil.example', 'null', 'https://app.example.evil.example'])
        expect((await from(origin, 'GET', route)).headers.get('access-control-allow-origin'), origin).to.be
          .null;
  });

  it('counts by the address that a trusted proxy names', async () => {
    const { address } = await start({ TRUST_PROXY: '1', RATE_LIMIT_FACTOR: String(1 / 600) });
    const come = async (forwarded: string) =>
      (await postJson(`${address}/api/auth/guest`, guestInput(), { 'X-Forwarded-For': forwarded })).status;

    expect(await come('198.51.100.7, 192.0.2.1')).to.equal(201);
    expect(
      await come('198.51.100.8, 192.0.2.1'),
      'what the client wrote before it counts for nothing',
    ).to.equal(429);
    expect(await come('192.0.2.2')).to.equal(201);
    expect(await come('2001:db8:1:1::1')).to.equal(201);
    expect(await come('2001:db8:1:2::1'), 'the same customer').to.equal(429);
  });

  it('says what is missing when it has no database to work with', async () => {
    const child = spawn(process.execPath, ['--import', 'tsx', 'api/main.ts'], {
      cwd: house,
      env: { ...process.env, DATABASE_URL: '' },
    });
    let output = '';
    child.stderr.on('data', (chunk: Buffer) => void (output += chunk.toString()));
    const [code] = (await once(child, 'exit')) as [number | null];

    expect(code).to.equal(1);
    expect(output).to.include('DATABASE_URL and REDIS_URL must be set');
  });
});

const postJson = (url: string, body: unknown, headers: Record<string, string> = {}) =>
  fetch(url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}

async function eventually(question: () => Promise<boolean>): Promise<void> {
  for (let attempt = 0; attempt < 180; attempt += 1) {
    if (await question().catch(() => false)) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('It never came');
}
