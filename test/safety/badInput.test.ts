import { expect } from 'chai';
import { signAccessToken } from '#core/accounts/token.ts';
import { clock } from '#core/clock.ts';
import { newId } from '#core/ids.ts';
import { sql } from '#db/postgres.ts';
import { openDoor } from '../api/door.ts';
import { deciding, nothingIsBroken, person, talking, type Player } from '../cast.ts';
import { whereabouts } from '../still.ts';

/** One endpoint of this house's rounds, decisions and safety, with a body that it would take. */
interface Endpoint {
  method: 'get' | 'post' | 'patch' | 'delete';
  path: (id: string) => string;
  body?: (id: string) => Record<string, unknown>;
}

const endpoints: Endpoint[] = [
  { method: 'get', path: (id) => `/api/video/session/${id}` },
  { method: 'get', path: (id) => `/api/video/signals/${id}` },
  { method: 'post', path: (id) => `/api/video/join-call/${id}` },
  {
    method: 'post',
    path: () => '/api/video/send-signal',
    body: (id) => ({ session_id: id, type: 'offer', data: 1 }),
  },
  { method: 'post', path: (id) => `/api/video/skip-call/${id}` },
  { method: 'post', path: (id) => `/api/video/end-call/${id}` },
  { method: 'post', path: (id) => `/api/video/leave/${id}`, body: () => ({ epoch: 1 }) },
  { method: 'post', path: (id) => `/api/video/messages/${id}`, body: () => ({ text: 'Hello' }) },
  { method: 'post', path: (id) => `/api/video/quality/${id}`, body: () => ({ rtt_ms: 20 }) },
  {
    method: 'post',
    path: () => '/api/continuous-matching/continue-decision',
    body: (id) => ({ match_id: id, decision: 'next' }),
  },
  { method: 'get', path: (id) => `/api/matches/${id}` },
  { method: 'post', path: () => '/api/flags', body: (id) => ({ match_id: id }) },
  { method: 'patch', path: (id) => `/api/flags/${id}`, body: () => ({ category: 'spam' }) },
  { method: 'post', path: () => '/api/blocks', body: (id) => ({ match_id: id }) },
  { method: 'delete', path: (id) => `/api/blocks/${id}` },
];
const nameOf = ({ method, path }: Endpoint) => `${method.toUpperCase()} ${path('{id}')}`;
const counts = async () =>
  sql(`SELECT (SELECT count(*) FROM flags) AS flags, (SELECT count(*) FROM blocks) AS blocks,
              (SELECT count(*) FROM decisions) AS decisions, (SELECT count(*) FROM chat_lines) AS lines`);

describe('bad input', () => {
  afterEach(nothingIsBroken);

  for (const endpoint of endpoints) {
    const { method, path, body } = endpoint;

    it(`to ${nameOf(endpoint)} is a problem with a stable code, and nothing moves`, async () => {
      const [ann, bob] = await talking();
      const eve = await person();
      const before = await everything(ann, bob);
      const codes = async (who: Player, at: string, sent?: object) => {
        const answer = await who.visit(method.toUpperCase(), at, sent);
        expect(answer.headers.get('content-type')).to.include('application/problem+json');
        const problem = answer.body as { code: string; status: number; detail: string; type: string };
        expect(problem).to.include({ status: answer.status, type: `urn:minuet:problem:${problem.code}` });
        return problem.code;
      };
      const [mine, valid] = [path(ann.round), body?.(ann.round)];
      if (path('x') !== path('y')) {
        expect(await codes(ann, path('abc'), valid)).to.equal('invalid');
        expect(await codes(ann, path(`${ann.round}0`), valid)).to.equal('invalid');
      }
      if (method === 'get') expect(await codes(ann, `${mine}?unknown=1`)).to.equal('invalid');
      else expect(await codes(ann, mine, { ...valid, unknown: 1 })).to.equal('invalid');
      for (const [field, wrong] of wrongly(valid ?? {}))
        expect(
          await codes(ann, mine, { ...valid, [field]: wrong }),
          `${field}: ${JSON.stringify(wrong)}`,
        ).to.equal('invalid');
      for (const field of Object.keys(valid ?? {}).filter((name) => required.includes(name)))
        expect(await codes(ann, mine, { ...valid, [field]: undefined }), `no ${field}`).to.equal('invalid');
      if (method !== 'get') {
        const huge = { ...valid, unknown: 'x'.repeat(1_200_000) };
        expect(await codes(ann, mine, huge)).to.equal('too_large');
        expect(await codes(ann, mine, [])).to.equal('invalid');
      }
      expect(await codes(eve, mine, valid), 'a stranger’s').to.equal('not_found');
      expect(await codes(eve, path(newId()), body?.(newId())), 'a made-up one').to.equal('not_found');
      expect(await everything(ann, bob)).to.deep.equal(before);
    });
  }

  it('without a token that is good gets nowhere', async () => {
    const [ann, bob] = await talking();
    const before = await everything(ann, bob);
    const door = openDoor();
    const good = signAccessToken(ann.me, clock.now());
    const expired = signAccessToken(ann.me, clock.after(-24 * 3600));
    const tokens: [header: string | undefined, code: string][] = [
      [undefined, 'unauthenticated'],
      [`Basic ${good}`, 'unauthenticated'],
      [`Bearer ${good.slice(0, -3)}abc`, 'unauthenticated'],
      [`Bearer ${good.split('.').slice(0, 2).join('.')}.`, 'unauthenticated'],
      [`Bearer ${expired}`, 'token_expired'],
    ];
    for (const { method, path, body } of endpoints)
      for (const [header, code] of tokens) {
        const request = door[method](path(ann.round));
        const answer = await (header ? request.set('Authorization', header) : request).send(
          body?.(ann.round),
        );
        expect([answer.status, answer.body.code], `${path('{id}')} ${header}`).to.deep.equal([401, code]);
      }
    expect(await everything(ann, bob)).to.deep.equal(before);
  });

  it('in the wrong state is refused, and nothing moves', async () => {
    const [ann, bob] = await deciding();
    const before = await everything(ann, bob);
    const refused: [string, string, object | undefined, string][] = [
      ['POST', `/api/video/join-call/${ann.round}`, undefined, 'round_over'],
      ['POST', '/api/video/send-signal', { session_id: ann.round, type: 'bye', data: 1 }, 'round_over'],
      ['POST', `/api/video/messages/${ann.round}`, { text: 'Hello' }, 'round_over'],
    ];
    for (const [method, path, body, code] of refused) {
      const answer = await ann.visit(method, path, body);
      expect([answer.status, (answer.body as { code: string }).code], path).to.deep.equal([409, code]);
    }
    expect((await ann.visit('POST', `/api/video/skip-call/${ann.round}`)).body).to.include({
      end_reason: 'clock',
      state: 'DECIDING',
    });
    expect((await ann.visit('POST', `/api/video/leave/${ann.round}`, { epoch: 1 })).status).to.equal(204);
    expect(await everything(ann, bob)).to.deep.equal(before);
  });
});

const required = ['session_id', 'match_id', 'type', 'data', 'text', 'epoch', 'decision'];

/** Values that no field of these bodies takes, by the field. */
function wrongly(body: Record<string, unknown>): [field: string, wrong: unknown][] {
  const free = ['data']; // takes any JSON
  return Object.keys(body)
    .filter((field) => !free.includes(field))
    .flatMap((field) =>
      [null, true, {}, [], '', 'x\u0000', -1].map((wrong): [string, unknown] => [field, wrong]),
    );
}

const everything = async (...people: Player[]) => [
  await counts(),
  ...(await Promise.all(people.map(whereabouts))),
];
