import { expect } from 'chai';
import { createApi } from '../../../client/api/api.ts';
import { Problem } from '../../../client/api/problem.ts';
import { createTokens, type TokenBox } from '../../../client/api/tokens.ts';
import { accessOf, fakeFetch, json, memory, networkError, problem, signedIn } from '../fakeFetch.ts';

const open = (server: ReturnType<typeof fakeFetch>, tokens: TokenBox = signedIn()) => ({
  tokens,
  api: createApi({ fetch: server.fetch, tokens }),
});

async function caught(work: Promise<unknown>): Promise<Problem> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).to.be.instanceOf(Problem);
  return error as Problem;
}

describe('the way to the server', () => {
  it('carries the token, and gives problems as they are', async () => {
    const server = fakeFetch(problem(409, 'round_over'));
    const error = await caught(open(server).api.round('r'));

    expect(error).to.include({ code: 'round_over', status: 409 });
    expect(server.seen[0]?.headers.get('authorization')).to.equal('Bearer old-access');
  });

  it('renews an expired token once for all who need it, and repeats what they asked', async () => {
    const server = fakeFetch(
      problem(401, 'token_expired'),
      problem(401, 'token_expired'),
      json({ access_token: 'new-access', refresh_token: 'new-refresh', expires_in: 900 }),
      json({ id: 1 }),
      json({ id: 2 }),
    );
    const { api, tokens } = open(server);
    await Promise.all([api.me(), api.me()]);

    expect(server.seen.filter(({ path }) => path === '/api/auth/refresh')).to.have.length(1);
    expect(server.seen.at(-1)?.headers.get('authorization')).to.equal('Bearer new-access');
    expect(tokens.read()).to.deep.equal({ access: 'new-access', refresh: 'new-refresh' });
  });

  it('takes the tokens that another tab has renewed meanwhile', async () => {
    const tokens = signedIn();
    const server = fakeFetch(() => {
      tokens.write({ access: 'of another tab', refresh: 'r' });
      return problem(401, 'token_expired');
    }, json({}));
    await open(server, tokens).api.me();

    expect(server.seen.map(({ path }) => path)).to.deep.equal(['/api/me', '/api/me']);
    expect(server.seen[1]?.headers.get('authorization')).to.equal('Bearer of another tab');
  });

  it('never sends what one person asked for in the name of another, who signed in meanwhile', async () => {
    for (const answer of [problem(401, 'token_expired'), networkError(), problem(503, 'unavailable')]) {
      const tokens = signedIn();
      const server = fakeFetch(() => {
        tokens.write({ access: accessOf('another'), refresh: 'r' });
        if (answer instanceof Error) throw answer;
        return answer;
      });
      const error = await caught(open(server, tokens).api.updateMe({ bio: 'Mine.' }));

      expect(error.code).to.equal('unauthenticated');
      expect(server.seen).to.have.length(1);
    }
  });

  it('notices before a request that another tab has signed somebody else in', async () => {
    const storage = memory();
    const tokens = createTokens(storage);
    tokens.write({ access: accessOf('one'), refresh: 'r' });
    createTokens(storage).write({ access: accessOf('another'), refresh: 'r' }); // no event has come yet
    const server = fakeFetch();
    const error = await caught(open(server, tokens).api.updateMe({ bio: 'Mine.' }));

    expect(error.code).to.equal('unauthenticated');
    expect(server.seen).to.deep.equal([]);
    expect(tokens.getSnapshot().person).to.equal('another');
  });

  it('signs out when the refresh token is no good either', async () => {
    const server = fakeFetch(problem(401, 'token_expired'), problem(401, 'refresh_reused'));
    const { api, tokens } = open(server);
    const error = await caught(api.me());

    expect(error.code).to.equal('refresh_reused');
    expect(tokens.getSnapshot().signedIn).to.be.false;
  });

  it('stays signed in when only the network kept it from renewing', async () => {
    const server = fakeFetch(problem(401, 'token_expired'), networkError(), problem(404, 'not_found'));
    const { api, tokens } = open(server);
    await caught(api.me());
    expect(tokens.getSnapshot().signedIn).to.be.true;
  });

  it('tries again while there is no answer, under the same key', async () => {
    const half = new Response('{"session_id":', { headers: { 'Content-Length': '1000' } });
    const server = fakeFetch(
      networkError(),
      half,
      problem(503, 'unavailable'),
      json({ session_id: 's' }, 201),
    );
    const session = await open(server).api.start({ mode: 'video' });

    expect(session.session_id).to.equal('s');
    expect(new Set(server.seen.map(({ headers }) => headers.get('idempotency-key'))).size).to.equal(1);
    expect(server.seen[0]?.headers.get('idempotency-key')).to.match(/^[0-9a-f]{32}$/);
  });

  it('waits as long as the server asks', async () => {
    const server = fakeFetch(problem(503, 'unavailable', { 'Retry-After': '1' }), json({}));
    const startedAt = performance.now();
    await open(server).api.me();
    expect(performance.now() - startedAt).to.be.at.least(1000);
  });

  it('repeats nothing that the server has refused', async () => {
    for (const refused of [problem(400, 'invalid'), problem(429, 'rate_limited'), problem(500, 'internal')]) {
      const server = fakeFetch(refused);
      await caught(open(server).api.me());
      expect(server.seen).to.have.length(1);
    }
  });

  it('sends a farewell once, so that it outlives the page', async () => {
    const server = fakeFetch(networkError());
    await caught(open(server).api.leave('r', 3));
    expect(server.seen).to.have.length(1);
    expect(server.seen[0]).to.deep.include({ keepalive: true, body: { epoch: 3 } });
  });

  it('stops when nobody wants the answer any more', async () => {
    const server = fakeFetch(networkError());
    const leaving = new AbortController();
    const asked = open(server).api.round('r', leaving.signal);
    await new Promise((resolve) => setTimeout(resolve, 10));
    leaving.abort();

    expect(await asked.catch((error: unknown) => (error as Error).name)).to.equal('AbortError');
    expect(server.seen).to.have.length(1);
  });

  it('says how the server fares: well, again and again not, and well again', async () => {
    const server = fakeFetch(networkError(), problem(503, 'unavailable'), json({}));
    const { api } = open(server);
    const told: string[] = [];
    api.health.subscribe(() => told.push(api.health.getSnapshot().health));
    await api.me();
    expect(told).to.deep.equal(['retrying', 'ok']);
  });

  it('keeps the tokens of whoever signs in, and the device', async () => {
    const user = { id: 'u', display_name: 'Robin' };
    const server = fakeFetch(
      json({ user, access_token: 'a', refresh_token: 'r', device_token: 'd', expires_in: 900 }, 201),
      new Response(null, { status: 204 }),
    );
    const { api, tokens } = open(server);
    tokens.clear();
    const guest = { display_name: 'Robin', birth_date: '1995-05-05', gender: 'other' as const };
    expect(await api.guest(guest)).to.deep.equal(user);
    expect(tokens.read()).to.deep.equal({ access: 'a', refresh: 'r' });

    await api.logout();
    expect(tokens.read()).to.be.null;
    expect(tokens.device()).to.equal('d');
  });
});
