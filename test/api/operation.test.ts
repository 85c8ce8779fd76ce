import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import express, { type Request } from 'express';
import { ConnectionRefusedError } from 'sequelize';
import { z } from 'zod';
import { createCall } from '#api/call.ts';
import { operation, reply } from '#api/operation.ts';
import { Problem } from '#core/errors.ts';
import { id, queryInteger } from '#core/wire/common.ts';
import { redis } from '#db/redis.ts';
import { sql } from '#db/postgres.ts';
import { withoutRedis } from '../outage.ts';
import { until } from '../until.ts';
import { openDoor } from './door.ts';

const common = { tags: [], auth: 'none' as const, limits: [], summary: 'x' };
const ok = z.strictObject({ ok: z.unknown() });

describe('an operation', () => {
  it('is given what the schemas made of the request', async () => {
    const echo = operation({
      ...common,
      method: 'post',
      path: '/api/echo/{id}',
      params: z.strictObject({ id }),
      query: z.strictObject({ wait: queryInteger(0, 20).default(0) }),
      body: z.strictObject({ n: z.int() }),
      responses: { 200: ok },
      handle: ({ params, query, body }) => ({ ok: [params.id, query.wait + 1, body.n + 1] }),
    });
    const door = openDoor({ operations: [echo] });
    const uuid = '01890a5d-ac96-774b-bcce-b302099a8057';

    expect((await door.post(`/api/echo/${uuid}?wait=4`).send({ n: 1 })).body.ok).to.deep.equal([uuid, 5, 2]);
    expect((await door.post(`/api/echo/${uuid}`).send({ n: 1 })).body.ok).to.deep.equal([uuid, 1, 2]);
    for (const query of [
      'wait=21',
      'wait=-1',
      'wait=',
      'wait=0x10',
      'wait=1e1',
      'wait=1&wait=2',
      'wait[a]=1',
      'other=1',
      'wait=%00',
    ])
      expect((await door.post(`/api/echo/${uuid}?${query}`).send({ n: 1 })).status, query).to.equal(400);
    for (const param of ['x', 'undefined', `${uuid}%00`, '1%27%20OR%201=1'])
      expect((await door.post(`/api/echo/${param}`).send({ n: 1 })).status, param).to.equal(400);
  });

  it('whose client has hung up before the body was read is not done with an empty one', async () => {
    const wishes: unknown[] = [];
    const start = operation({
      ...common,
      method: 'post',
      path: '/api/start',
      limits: ['write'],
      body: z.strictObject({ whom: z.string().default('anybody') }),
      responses: { 200: ok },
      handle: ({ body }) => ({ ok: wishes.push(body.whom) }),
    });
    const leaving = new AbortController();
    const asked = { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{"whom":"Bob"}' };
    /** Takes until the client has left. */
    const pass = (request: Request) =>
      new Promise<void>((resolve) => {
        request.once('close', resolve);
        leaving.abort();
      });
    let outcome: unknown;
    const app = express().post('/api/start', async (request, response) => {
      outcome = await createCall(start, () => ({ pass }))(request, response).catch((error: unknown) => error);
    });
    const server = app.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    await fetch(`http://127.0.0.1:${port}/api/start`, { ...asked, signal: leaving.signal }).catch(
      () => undefined,
    );
    await until(() => outcome !== undefined);
    server.close();
    expect(outcome).to.be.instanceOf(Problem);
    expect(wishes).to.deep.equal([]);
  });

  it('with a literal path comes before one with a parameter, in whichever order they are listed', async () => {
    const named = (path: string) =>
      operation({
        ...common,
        method: 'get',
        path,
        params: z.looseObject({}),
        responses: { 200: ok },
        handle: () => ({ ok: path }),
      });
    const door = openDoor({ operations: [named('/api/matches/{id}'), named('/api/matches/stats')] });

    expect((await door.get('/api/matches/stats')).body.ok).to.equal('/api/matches/stats');
    expect((await door.get('/api/matches/7')).body.ok).to.equal('/api/matches/{id}');
  });

  it('answers with its one success, or with what it says', async () => {
    const answers = operation({
      ...common,
      method: 'post',
      path: '/api/answers',
      responses: { 202: ok, 200: ok },
      handle: () => reply(202, { ok: 1 }, { 'X-Answer': 'yes' }),
    });
    const { status, headers } = await openDoor({ operations: [answers] }).post('/api/answers');
    expect(status).to.equal(202);
    expect(headers['x-answer']).to.equal('yes');
  });

  it('takes a larger body where it says so', async () => {
    const size = (bodyBytes?: number) =>
      operation({
        ...common,
        method: 'post',
        path: '/api/large',
        body: z.strictObject({ text: z.string() }),
        ...(bodyBytes && { bodyBytes }),
        responses: { 200: ok },
        handle: ({ body }) => ({ ok: body.text.length }),
      });
    const send = (bodyBytes?: number) =>
      openDoor({ operations: [size(bodyBytes)] })
        .post('/api/large')
        .send({ text: 'x'.repeat(1_000_000) });

    expect((await send(1_200_000)).body.ok).to.equal(1_000_000);
    expect((await send()).status).to.equal(413);
  });
});

describe('what goes wrong', () => {
  const failing = (error: unknown) =>
    openDoor({
      operations: [
        operation({
          ...common,
          method: 'get',
          path: '/api/failing',
          responses: { 200: ok },
          handle: () => {
            throw error;
          },
        }),
      ],
    }).get('/api/failing');

  it('as the product foresaw is told with its code, its detail and what else there is', async () => {
    const { status, body } = await failing(
      new Problem('round_cancelled', 'Your partner left', { end_reason: 'left' }),
    );
    expect(status).to.equal(410);
    expect(body).to.include({
      code: 'round_cancelled',
      detail: 'Your partner left',
      end_reason: 'left',
      status: 410,
    });
  });

  it('as nobody foresaw is told to nobody', async () => {
    for (const error of [new Error('secret'), new TypeError('secret'), 'secret', null, { secret: 1 }]) {
      const { status, body, text } = await failing(error);
      expect(status).to.equal(500);
      expect(body.code).to.equal('internal');
      expect(text).to.not.include('secret').and.not.include('.ts');
    }
  });

  it('with an outage of Postgres or Redis is worth trying again', async () => {
    const outages = [
      new ConnectionRefusedError(new Error('connect ECONNREFUSED 127.0.0.1:5432')),
      Object.assign(new Error('terminating connection'), { code: '57P01' }),
      Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }),
      new Error("Stream isn't writeable and enableOfflineQueue options is false"),
      new Error('Command timed out'),
    ];
    for (const outage of outages) {
      const { status, body, headers } = await failing(outage);
      expect(status, outage.message).to.equal(503);
      expect(body.code).to.equal('unavailable');
      expect(headers['retry-after']).to.equal('1');
    }
  });

  it('with a connection that Postgres really ends is such an outage', async () => {
    const killed = await sql('SELECT pg_terminate_backend(pg_backend_pid())').catch(
      (error: unknown) => error,
    );
    expect((await failing(killed)).status).to.equal(503);
  });

  it('with a connection that Redis really does not have is such an outage', async () => {
    const refused = await withoutRedis(() => redis.ping().catch((error: unknown) => error));
    expect((await failing(refused)).status).to.equal(503);
  });

  it('in SQL is no outage', async () => {
    const wrong = await sql('SELECT nothing FROM nowhere').catch((error: unknown) => error);
    expect((await failing(wrong)).status).to.equal(500);
  });
});
