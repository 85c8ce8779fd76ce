import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect } from 'chai';
import { z } from 'zod';
import { createApp } from '#api/app.ts';
import { draining } from '#api/draining.ts';
import { operation, type Operation } from '#api/operation.ts';
import { probes } from '#api/routes/probes.ts';
import { createServer, drain } from '#api/server.ts';

/** A poll that is held until the process stops. */
const held = (onClosed: () => void = () => undefined) =>
  operation({
    method: 'get',
    path: '/api/held',
    summary: 'Held',
    tags: [],
    auth: 'none',
    limits: [],
    poll: true,
    responses: { 200: z.strictObject({ answered: z.literal(true) }) },
    handle: ({ onClose }) =>
      new Promise((resolve) => {
        const forget = draining.onDrain(() => resolve({ answered: true }));
        onClose(() => {
          forget();
          onClosed();
        });
      }),
  });

async function listen(operations: Operation[]) {
  const server = createServer(createApp({ operations }));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, port: (server.address() as AddressInfo).port };
}

describe('a process that is asked to stop', () => {
  afterEach(() => draining.reset());

  it('answers the requests that it holds, and lets go of their connections', async () => {
    const { server, port } = await listen([held()]);
    const agent = new http.Agent({ keepAlive: true });
    const arrived = once(server, 'request');
    const request = http.get({ port, path: '/api/held', agent });
    await arrived;
    const answered = once(request, 'response') as Promise<[http.IncomingMessage]>;
    const drained = drain(server);

    const [response] = await answered;
    expect(response.statusCode).to.equal(200);
    expect(response.headers.connection).to.equal('close');
    response.resume();
    await drained;
    await expectRefused(port);
  });

  it('serves on while balancers look elsewhere, and says that it is leaving', async () => {
    const { server, port } = await listen([held(), ...probes]);
    const drained = drain(server, 500);
    const ask = async (path: string) => {
      const [response] = (await once(http.get({ port, path }), 'response')) as [http.IncomingMessage];
      return {
        status: response.statusCode,
        connection: response.headers.connection,
        body: await text(response),
      };
    };

    const ready = await ask('/readyz');
    expect(ready).to.include({ status: 503, connection: 'close' });
    expect(JSON.parse(ready.body)).to.have.nested.property('parts.process', 'draining');
    expect(await ask('/healthz')).to.include({ status: 200 });
    const beganAt = performance.now();
    expect(await ask('/api/held'), 'held until the grace is over').to.include({ status: 200 });
    expect(performance.now() - beganAt).to.be.above(100);
    await drained;
    await expectRefused(port);
  });

  it('closes connections that nothing is happening on', async () => {
    const { server, port } = await listen([held()]);
    const agent = new http.Agent({ keepAlive: true });
    const request = http.get({ port, path: '/nothing', agent });
    const [response] = (await once(request, 'response')) as [http.IncomingMessage];
    response.resume();
    await once(response, 'end');

    const startedAt = performance.now();
    await drain(server);
    expect(performance.now() - startedAt).to.be.below(2000);
  });

  it('answers at once what arrives while it stops', async () => {
    draining.begin();
    const { server, port } = await listen([held()]);
    const request = http.get({ port, path: '/api/held' });
    const [response] = (await once(request, 'response')) as [http.IncomingMessage];

    expect(response.statusCode).to.equal(200);
    response.resume();
    await drain(server);
  });
});

describe('a held request', () => {
  it('is noticed when its client leaves', async () => {
    let leave: () => void;
    const left = new Promise<void>((resolve) => (leave = resolve));
    const { server, port } = await listen([held(() => leave())]);
    const arrived = once(server, 'request');
    const request = http.get({ port, path: '/api/held' });
    request.on('error', () => undefined);
    await arrived;
    request.destroy();

    await left;
    await drain(server);
    draining.reset();
  });
});

async function expectRefused(port: number): Promise<void> {
  const request = http.get({ port, path: '/healthz' });
  const [error] = (await once(request, 'error')) as [NodeJS.ErrnoException];
  expect(error.code).to.equal('ECONNREFUSED');
}
