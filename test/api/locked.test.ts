import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import pg from 'pg';
import { signAccessToken } from '#core/accounts/token.ts';
import { clock } from '#core/clock.ts';
import { operations } from '#api/operations.ts';
import type { Operation } from '#api/operation.ts';
import { freePort } from '#db/embedded/port.ts';
import type { Child } from '#db/embedded/child.ts';
import { startApi } from '../../bin/processes.ts';
import { unhurried } from '../browser/unhurried.ts';
import { reset } from '../reset.ts';
import { matrix, rowOf } from './matrix.ts';
import { setTheScene, type Scene } from './scene.ts';

/** The limit in this process. A request that waits for it twice has missed its time. */
const limitMs = 1_000;

interface Asking {
  operation: string;
  url: string;
  request: RequestInit;
}

interface Answer {
  operation: string;
  status: number;
  retryAfter: string | null;
  ms: number;
}

describe('while somebody holds a lock on a whole table', function () {
  this.timeout(300_000);
  let api: Child;
  let address: string;
  let logs: string;
  let locker: pg.Client;
  before(async () => {
    const port = await freePort();
    address = `http://127.0.0.1:${port}`;
    logs = await mkdtemp(path.join(tmpdir(), 'minuet-locked-'));
    const env = {
      ...process.env,
      ...{ PORT: String(port), HOST: '127.0.0.1', LOG_LEVEL: 'warn', RATE_LIMIT_FACTOR: '1000' },
      ...{ DATABASE_POOL: '90', DATABASE_STATEMENT_SECONDS: String(limitMs / 1000) },
      DATABASE_LONG_STATEMENT_SECONDS: '30',
    };
    api = await startApi({ env, logs, address });
    locker = new pg.Client({ connectionString: process.env.DATABASE_URL });
    await locker.connect();
  });
  after(async () => {
    await locker.end();
    await api.stop();
    await rm(logs, { recursive: true, force: true });
  });

  it('every operation is answered in time, with 503 and when to come again where it needs that table', async () => {
    const { rows } = await locker.query<{ tablename: string }>(
      `SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename`,
    );
    expect(rows).to.have.length.above(20);
    const wrong: Record<string, Answer[]> = {};
    const refused = new Map<string, number>();
    let busyMs = 0;
    for (const { tablename } of rows) {
      await reset();
      const asking = await requestsIn(await setTheScene());
      if (refused.size === 0) {
        await Promise.all(asking.map(send)); // opens connections and fills caches
        const quiet = await Promise.all(asking.map(send));
        busyMs = Math.max(...quiet.map(({ ms }) => ms)); // what so many at once take here without any lock
      }
      await locker.query(`BEGIN; LOCK TABLE "${tablename}" IN ACCESS EXCLUSIVE MODE`);
      const answers = await Promise.all(asking.map(send)).finally(() => locker.query('ROLLBACK'));
      refused.set(tablename, answers.filter(({ status }) => status === 503).length);
      const bad = answers.filter(
        ({ status, retryAfter, ms }) =>
          ms > unhurried(busyMs + 1.8 * limitMs) ||
          (status >= 500 && !(status === 503 && retryAfter !== null)),
      );
      if (bad.length > 0) wrong[tablename] = bad;
    }

    expect(wrong).to.deep.equal({});
    for (const table of ['sessions', 'journeys', 'users', 'rounds', 'devices'])
      expect(refused.get(table), table).to.be.above(3);
  });

  /** Every operation, as the one of the scene who may do most of it. */
  const requestsIn = (scene: Scene): Promise<Asking[]> =>
    Promise.all(operations.map((operation) => requestOf(operation, scene)));

  async function requestOf(operation: Operation, scene: Scene): Promise<Asking> {
    const row = matrix[rowOf(operation)];
    if (!row) throw new Error('This operation has no row: say who may call it');
    const staffOnly = operation.auth === 'moderator' || operation.auth === 'admin';
    const { me } = scene.people[staffOnly ? 'admin' : operation.method === 'delete' ? 'stranger' : 'owner'];
    const given = row.path?.(scene) ?? '';
    const hasId = operation.path.includes('{id}');
    const body = operation.method === 'get' ? undefined : JSON.stringify((await row.body?.(scene)) ?? {});
    return {
      operation: rowOf(operation),
      url: address + (hasId ? operation.path.replace('{id}', given) : operation.path + given),
      request: {
        method: operation.method.toUpperCase(),
        headers: {
          ...(operation.auth !== 'none' && { Authorization: `Bearer ${signAccessToken(me, clock.now())}` }),
          ...(body !== undefined && { 'Content-Type': 'application/json' }),
        },
        ...(body !== undefined && { body }),
      },
    };
  }
});

async function send({ operation, url, request }: Asking): Promise<Answer> {
  const beganMs = performance.now();
  const response = await fetch(url, request);
  await response.arrayBuffer();
  return {
    operation,
    status: response.status,
    retryAfter: response.headers.get('retry-after'),
    ms: Math.round(performance.now() - beganMs),
  };
}
