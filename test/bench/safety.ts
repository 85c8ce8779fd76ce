import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startPostgres, type EmbeddedPostgres } from '#db/embedded/postgres.ts';
import { freePort } from '#db/embedded/port.ts';
import { apiFile, openHouse } from './house.ts';
import { createClient, type Client } from './http.ts';
import { measured, type Measured } from './process.ts';
import { percentile, print, round, save } from './table.ts';
import type { Call, Caller } from './calls.ts';
import type { Waiter } from './crowd.ts';

/** What issue 5 asks to be shown, on a Postgres that really writes (fsync). The million pure pairings are `million`. */
export const safety = {
  name: 'safety',
  describes:
    'flags among 500 pollers, flags and kill -9, restriction to ejection, 10,000 commits against blocks',
  run,
};

const pollers = 500;
const flags = 300;
const kills = 6;
const ejections = 200;
const commits = 10_000;

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function run(): Promise<void> {
  const own = process.env.DATABASE_URL ? null : await durablePostgres();
  if (own) process.env.DATABASE_URL = own.url();
  const close = await openHouse();
  const rows: object[] = [];
  const show = (one: object) => print([rows[rows.push(one) - 1] ?? {}]);
  try {
    show(await flagsAmongPollers());
    show(await ejected());
    show(await commitsAgainstBlocks());
    if (own) show(await flagsAndKills(own));
  } finally {
    await close().catch(() => undefined);
    await own?.end();
  }
  save('safety', { pollers, flags, kills, ejections, commits, rows });
}

/** A Postgres of our own that can be killed and started again where it was. */
async function durablePostgres() {
  const home = await mkdtemp(path.join(tmpdir(), 'minuet-bench-'));
  const port = await freePort();
  let running: EmbeddedPostgres = await startPostgres({ dataDir: home, port });
  return {
    url: () => running.url,
    /** kill -9 of the server; its children follow. */
    async kill(): Promise<void> {
      const [file] = (await readdir(home, { recursive: true })).filter((name) =>
        name.endsWith('postmaster.pid'),
      );
      const pid = Number((await readFile(path.join(home, file ?? ''), 'utf8')).split('\n')[0]);
      process.kill(pid, 'SIGKILL');
      await running.died;
    },
    /** Starts it again; the children of the one that was killed may take a moment to let go of its memory. */
    async start(): Promise<void> {
      for (let attempt = 1; ; attempt += 1)
        try {
          running = await startPostgres({ dataDir: home, port });
          return;
        } catch (error) {
          if (attempt === 5) throw error;
          await sleep(1000);
        }
    },
    async end(): Promise<void> {
      await running.stop();
      await rm(home, { recursive: true, force: true });
    },
  };
}

const row = (scene: string, latencies: number[], rest: object = {}) => ({
  scene,
  count: latencies.length,
  'p50 ms': round(percentile(latencies, 0.5)),
  'p99 ms': round(percentile(latencies, 0.99)),
  'longest ms': round(Math.max(...latencies)),
  ...rest,
});

/** 5 flags a second, each on a call of its own, while 500 people hold their polls. */
async function flagsAmongPollers(): Promise<object> {
  const { fillPool } = await import('./crowd.ts');
  const { openCalls } = await import('./calls.ts');
  const api = await measured(apiFile, {});
  const client = createClient(api.url);
  const stop = keepPolling(client, await fillPool(pollers));
  const calls = await openCalls(flags);
  await sleep(1000);
  const latencies: number[] = [];
  const under: Promise<void>[] = [];
  for (const call of calls) {
    under.push(timed(() => flag(client, call)).then((ms) => void latencies.push(ms)));
    await sleep(200);
  }
  await Promise.all(under);
  await stop();
  client.close();
  await api.stop();
  return row(`flag, ${pollers} polling`, latencies);
}

function keepPolling(client: Client, waiters: Waiter[]): () => Promise<void> {
  let over = false;
  const all = waiters.map(async ({ sessionId, token }, index) => {
    let seen = 0;
    await sleep((index / waiters.length) * 2000); // people do not begin at the same moment
    while (!over) {
      const asked = `/api/continuous-matching/next-match?session_id=${sessionId}&seen=${seen}&wait=2`;
      const { body } = await client.call<{ state_version: number }>('GET', asked, token);
      seen = body.state_version;
    }
  });
  return async () => {
    over = true;
    await Promise.all(all);
  };
}

async function flag(client: Client, { roundId, a }: Call): Promise<string> {
  const { status, body } = await client.call<{ flag: { id: string } }>('POST', '/api/flags', a.token, {
    match_id: roundId,
  });
  if (status !== 201) throw new Error(`A flag was answered ${status}: ${JSON.stringify(body)}`);
  return body.flag.id;
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const before = performance.now();
  await work();
  return performance.now() - before;
}

/** From a moderator's click to the 403 on the restricted person's held poll, and to the partner's notice. */
async function ejected(): Promise<object> {
  const { openCalls } = await import('./calls.ts');
  const { peopleAtHome } = await import('./crowd.ts');
  const { sql } = await import('#db/postgres.ts');
  const { signAccessToken } = await import('#core/accounts/token.ts');
  const api = await measured(apiFile, {});
  const client = createClient(api.url);
  const [moderator] = await peopleAtHome(1);
  await sql(
    `UPDATE users SET kind = 'member', role = 'moderator', email = 'm@example.org', password_hash = 'x' WHERE id = $1`,
    [moderator!.userId],
  );
  const me = {
    userId: moderator!.userId,
    deviceId: randomUUID(),
    familyId: randomUUID(),
    role: 'moderator' as const,
  };
  const token = signAccessToken(me, new Date(performance.timeOrigin + performance.now()));
  const [away, told]: [number[], number[]] = [[], []];
  for (const call of await openCalls(ejections)) {
    const before = performance.now();
    const hold = async (who: Caller, latencies: number[], wanted: number) => {
      const { status } = await client.call(
        'GET',
        `/api/continuous-matching/next-match?session_id=${who.sessionId}&seen=2&wait=10`,
        who.token,
      );
      latencies.push(status === wanted ? performance.now() - before : Infinity);
    };
    const held = [hold(call.b, away, 403), hold(call.a, told, 200)];
    const body = { user_id: call.b.userId, kind: 'restriction', hours: 24, reason: 'Seen by several people' };
    const { status } = await client.call('POST', '/api/admin/restrictions', token, body);
    if (status !== 201) throw new Error(`A restriction was answered ${status}`);
    await Promise.all(held);
  }
  client.close();
  await api.stop();
  return row('restriction to ejection', away, { 'partner told, p99 ms': round(percentile(told, 0.99)) });
}

/** Pairs are committed while one of each third pair blocks the other: no live round is left across a block. */
async function commitsAgainstBlocks(): Promise<object> {
  const { openCalls } = await import('./calls.ts');
  const { commitPairs } = await import('#core/matching/commit.ts');
  const { lead } = await import('#core/matching/lease.ts');
  const { readPeople } = await import('#core/matching/people.ts');
  const { block } = await import('#core/safety/block.ts');
  const { sql } = await import('#db/postgres.ts');
  const holder = randomUUID();
  const latencies: number[] = [];
  let [committed, blocks] = [0, 0];
  while (committed < commits) {
    const calls = await openCalls(500, true);
    const people = await readPeople(
      'world',
      calls.flatMap(({ a, b }) => [a.userId, b.userId]),
    );
    const byId = new Map(people.map((one) => [one.userId, one]));
    const fence = await lead('world', holder);
    if (fence === null) throw new Error('Somebody else leads the pool');
    const verdict = { mode: 'video' as const, score: 50, parts: {}, topics: [] };
    const pairs = calls.map(({ a, b }) => ({
      a: byId.get(a.userId)!,
      b: byId.get(b.userId)!,
      compatibility: verdict,
    }));
    const blocking = calls
      .filter((_, index) => index % 3 === 0)
      .map((call) => block(call.a.userId, call.roundId));
    blocks += blocking.length;
    for (let from = 0; from < pairs.length; from += 50)
      latencies.push(
        await timed(
          async () =>
            (committed += (await commitPairs('world', fence, pairs.slice(from, from + 50) as never)).length),
        ),
      );
    await Promise.all(blocking);
  }
  const [broken] = await sql<{ count: number }>(
    `SELECT count(*)::integer AS count FROM rounds r JOIN blocks b
         ON (b.blocker_id, b.blocked_id) IN ((r.user1_id, r.user2_id), (r.user2_id, r.user1_id))
      WHERE r.status IN ('waiting', 'active')`,
  );
  if (broken!.count > 0) throw new Error(`${broken!.count} live rounds across a block`);
  return row('commit of 50, against blocks', latencies, { committed, blocks, violations: broken!.count });
}

/** After each fiftieth acknowledgement API and Postgres are killed at once, with flags under way. */
async function flagsAndKills(postgres: Awaited<ReturnType<typeof durablePostgres>>): Promise<object> {
  const { openCalls } = await import('./calls.ts');
  const { sql } = await import('#db/postgres.ts');
  const acknowledged: string[] = [];
  const latencies: number[] = [];
  for (let kill = 0; kill < kills; kill += 1) {
    const calls = await openCalls(flags / kills + 8);
    const api = await measured(apiFile, {});
    const client = createClient(api.url);
    latencies.push(
      ...(await untilKilled(client, calls, acknowledged, (kill + 1) * (flags / kills), api, postgres)),
    );
    client.close();
    await postgres.start();
    for (let attempt = 0; attempt < 100 && !(await sql('SELECT 1 AS one').catch(() => null)); attempt += 1)
      await sleep(100);
  }
  const kept = await sql<{ id: string }>('SELECT id FROM flags WHERE id = ANY($1::uuid[])', [acknowledged]);
  const lost = acknowledged.length - kept.length;
  if (lost > 0) throw new Error(`${lost} of ${acknowledged.length} acknowledged flags were lost`);
  return row(`flag, ${kills} × kill -9 of API and Postgres`, latencies, {
    acknowledged: acknowledged.length,
    lost,
  });
}

async function untilKilled(
  client: Client,
  calls: Call[],
  acknowledged: string[],
  most: number,
  api: Measured,
  postgres: { kill: () => Promise<void> },
): Promise<number[]> {
  const latencies: number[] = [];
  let killed: Promise<unknown> | undefined;
  const worker = async () => {
    for (let call = calls.pop(); call && !killed; call = calls.pop()) {
      const before = performance.now();
      const id = await flag(client, call).catch(() => null);
      if (id === null) continue;
      acknowledged.push(id);
      latencies.push(performance.now() - before);
      if (acknowledged.length >= most) killed ??= Promise.all([postgres.kill(), api.stop()]); // stop is SIGKILL
    }
  };
  await Promise.all([1, 2, 3, 4].map(worker));
  await killed;
  return latencies;
}
