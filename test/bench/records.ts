import { randomUUID } from 'node:crypto';
import { apiFile, openHouse } from './house.ts';
import { createClient } from './http.ts';
import { measured } from './process.ts';
import { percentile, print, round, save } from './table.ts';

/** History and statistics over a million rounds, as moderators and people ask for them over HTTP. */
export const records = {
  name: 'records',
  describes:
    'with a million rounds: each list page (p95 < 100 ms) and each statistic (p95 < 300 ms), uncached',
  run,
};

const rounds = Number(process.env.BENCH_ROUNDS ?? 1_000_000);
const people = Math.ceil(rounds / 20);
const days = 30;
const times = 60;
const promised = { list: 100, statistic: 300 };

interface Question {
  kind: keyof typeof promised;
  path: () => string;
}

async function run(): Promise<void> {
  const close = await openHouse();
  const { keys } = await import('#db/keys.ts');
  const { sql } = await import('#db/postgres.ts');
  const { redis } = await import('#db/redis.ts');
  const { signAccessToken } = await import('#core/accounts/token.ts');
  const { clock } = await import('#core/clock.ts');
  const { closeHours } = await import('#core/records/closedHours.ts');
  const { writePast } = await import('./pastRounds.ts');
  const to = new Date(clock.ms() - 30_000);
  const began = performance.now();
  await writePast({ rounds, people, days, to }, (what) => console.log(`writing ${what}`));
  const loadSeconds = (performance.now() - began) / 1000;
  const hours = await timed(async () => {
    while ((await closeHours()) > 0);
  });
  const sizes = await sql<{ table: string; rows: number }>(
    `SELECT relname AS table, reltuples::integer AS rows FROM pg_class WHERE relname = ANY($1) ORDER BY 2 DESC`,
    [
      [
        'rounds',
        'round_participants',
        'journey_events',
        'decisions',
        'sessions',
        'exclusions',
        'flags',
        'hourly_facts',
      ],
    ],
  );
  const somebody = await sql<{ id: string; device_id: string }>(
    'SELECT id, device_id FROM users ORDER BY random() LIMIT 50',
  );
  await sql(
    `UPDATE users SET kind = 'member', role = 'moderator', email = 'm@example.org', password_hash = 'x' WHERE id = $1`,
    [somebody[0]!.id],
  );
  const tokenOf = ({ id, device_id }: { id: string; device_id: string }, role: 'member' | 'moderator') =>
    signAccessToken({ userId: id, deviceId: device_id, familyId: randomUUID(), role }, clock.now());
  const moderator = tokenOf(somebody[0]!, 'moderator');
  const cursors = await sql<{ id: string }>('SELECT id FROM rounds ORDER BY random() LIMIT 500');
  const api = await measured(apiFile, {});
  const client = createClient(api.url);
  const rows: object[] = [];
  try {
    for (const [name, { kind, path }] of Object.entries(questions(to, somebody, cursors))) {
      const latencies: number[] = [];
      for (let time = 0; time < times; time += 1) {
        await redis.del(keys.answer('live', '{}'), keys.answer('exclusions', '{}'));
        const asked = path();
        latencies.push(
          await timed(async () => {
            const { status, body } = await client.call('GET', asked, moderator);
            if (status !== 200) throw new Error(`${asked}: ${status} ${JSON.stringify(body)}`);
          }),
        );
      }
      const p95 = percentile(latencies, 0.95);
      rows.push({
        asked: name,
        'p50 ms': round(percentile(latencies, 0.5)),
        'p95 ms': round(p95),
        'most ms': round(Math.max(...latencies)),
        promised: `< ${promised[kind]} ms`,
        kept: p95 < promised[kind],
      });
    }
  } finally {
    client.close();
    await api.stop();
    await close();
  }
  print(rows);
  save('records', {
    rounds,
    days,
    'load s': round(loadSeconds),
    'closing all hours s': round(hours / 1000),
    tables: sizes,
    rows,
  });
}

function questions(
  to: Date,
  somebody: { id: string }[],
  cursors: { id: string }[],
): Record<string, Question> {
  const any = <T>(items: readonly T[]): T => items[Math.floor(Math.random() * items.length)]!;
  const person = () => any(somebody).id;
  const instant = () => new Date(to.getTime() - Math.random() * days * 24 * 3_600_000).toISOString();
  /** A month, less a moment that is new each time, so that nothing is answered from the cache. */
  const month = () =>
    `start_time=${new Date(to.getTime() - days * 24 * 3_600_000 + Math.random() * 1e6).toISOString()}`;
  const list = (path: () => string): Question => ({ kind: 'list', path });
  const statistic = (path: () => string): Question => ({ kind: 'statistic', path });
  const day = () => {
    const at = instant();
    return `start_time=${new Date(Date.parse(at) - 86_400_000).toISOString()}&end_time=${at}`;
  };
  return {
    'matches of a person': list(() => `/api/matches?user_id=${person()}&limit=100`),
    'matches of a person, mutual': list(() => `/api/matches?user_id=${person()}&mutual=true`),
    'matches of a person, from a cursor': list(
      () => `/api/matches?user_id=${person()}&cursor=${any(cursors).id}&limit=100`,
    ),
    'figures of a person, a month': list(() => `/api/matches/stats?user_id=${person()}&${month()}`),
    'sessions of a person': list(() => `/api/session/history?user_id=${person()}&limit=100`),
    'all matches, from a cursor': list(() => `/api/admin/matches?limit=100&cursor=${any(cursors).id}`),
    'all matches, a day': list(() => `/api/admin/matches?limit=100&${day()}`),
    'all matches, a day, cancelled': list(() => `/api/admin/matches?limit=100&status=cancelled&${day()}`),
    'all matches, under way': list(() => `/api/admin/matches?limit=100&status=active`),
    'all matches, mutual, from a cursor': list(
      () => `/api/admin/matches?limit=100&mutual=true&cursor=${any(cursors).id}`,
    ),
    'all matches of a person': list(() => `/api/admin/matches?limit=100&user_id=${person()}`),
    'calls of an instant': list(() => `/api/admin/matches?limit=100&active_at=${instant()}`),
    'who was active at an instant': list(() => `/api/admin/activity/at?limit=100&time=${instant()}`),
    'one match': list(() => `/api/admin/matches/${any(cursors).id}`),
    rounds: statistic(() => `/api/admin/statistics/rounds?${month()}`),
    waits: statistic(() => `/api/admin/statistics/waits?${month()}`),
    states: statistic(() => `/api/admin/statistics/states?${month()}`),
    calls: statistic(() => `/api/admin/statistics/calls?${month()}`),
    anomalies: statistic(() => `/api/admin/statistics/anomalies?${month()}`),
    moderation: statistic(() => `/api/admin/statistics/moderation?${month()}`),
    exclusions: statistic(() => '/api/admin/statistics/exclusions'),
    live: statistic(() => '/api/admin/live'),
    'activity history': statistic(() => `/api/activity/history?${month()}`),
  };
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const before = performance.now();
  await work();
  return performance.now() - before;
}
