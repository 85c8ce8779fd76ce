import { keysUnder } from '#db/keys.ts';
import type { State } from '#core/journey/journey.ts';
import { pools } from '#core/pools.ts';
import type { Sight } from './sight.ts';

interface Row {
  user_id: string;
  pool: string;
  state: State;
  version: number;
  parked: boolean;
  queued: boolean;
  round: string;
  live: string;
  deadline: string;
  epoch: string;
  peer_epoch: string;
}

const shown = ['version', 'state', 'round', 'live', 'deadline', 'epoch', 'peer_epoch'] as const;
type Shown = Record<(typeof shown)[number], string>;

/** View equals truth: Redis is never ahead of Postgres, and its queue holds only people who belong there. */
export async function ofViews(sight: Sight, quiet: boolean): Promise<string[]> {
  // First Redis, then Postgres: what is committed meanwhile can only be newer.
  const people = await sight.sql<{ user_id: string; pool: string }>('SELECT user_id, pool FROM journeys', []);
  const views = await readViews(sight, people);
  const waiting = await readWaiting(sight);
  const rows = await sight.sql<Row>(truth, []);
  const journeys = new Map(rows.map((row) => [row.user_id, row]));

  const found: string[] = [];
  for (const [userId, view] of views) {
    const row = journeys.get(userId);
    if (!row) continue;
    const pair = JSON.stringify({ userId, view, row });
    const version = Number(view.version);
    if (version > row.version) found.push(`A view is newer than the truth: ${pair}`);
    if (quiet && version < row.version) found.push(`A view has stayed behind: ${pair}`);
    if (version === row.version && shown.some((field) => view[field] !== String(row[field])))
      found.push(`A view says something else than the truth: ${pair}`);
  }
  if (!quiet) return found;
  for (const userId of waiting)
    if (!journeys.get(userId)?.queued) found.push(`Somebody is in the queue who does not wait: ${userId}`);
  for (const row of rows)
    if (row.queued && views.has(row.user_id) && !waiting.has(row.user_id))
      found.push(`Somebody waits who is not in the queue: ${row.user_id}`);
  return found;
}

const truth = `
  SELECT j.user_id, j.pool, j.state, j.version, j.parked,
         NOT j.parked AND (j.state = 'WAITING' OR (j.state = 'DECIDING' AND NOT j.pause_asked AND j.match_notices = '{}'))
           AS queued,
         coalesce(r.id::text, '') AS round,
         CASE WHEN j.state IN ('CONNECTING', 'IN_CALL') THEN '1' ELSE '0' END AS live,
         coalesce(round(extract(epoch FROM r.deadline_at) * 1000), 0)::text AS deadline,
         coalesce(p.epoch, 0)::text AS epoch, coalesce(q.epoch, 0)::text AS peer_epoch
    FROM journeys j
    LEFT JOIN rounds r ON r.id = j.round_id
    LEFT JOIN round_participants p ON p.round_id = r.id AND p.user_id = j.user_id
    LEFT JOIN round_participants q ON q.round_id = r.id AND q.user_id <> j.user_id`;

const atOnce = 1_000;

async function readViews(
  { redis, redisPrefix }: Sight,
  people: { user_id: string; pool: string }[],
): Promise<Map<string, Shown>> {
  const keys = keysUnder(redisPrefix);
  const views = new Map<string, Shown>();
  for (let from = 0; from < people.length; from += atOnce) {
    const some = people.slice(from, from + atOnce);
    const read = await Promise.all(
      some.map(({ user_id, pool }) => redis.hmget(keys.view(pool, user_id), ...shown)),
    );
    for (const [index, fields] of read.entries())
      if (fields[0])
        views.set(
          some[index]?.user_id ?? '',
          Object.fromEntries(shown.map((field, at) => [field, fields[at] ?? ''])) as Shown,
        );
  }
  return views;
}

async function readWaiting({ redis, redisPrefix }: Sight): Promise<Set<string>> {
  const keys = keysUnder(redisPrefix);
  const members = await Promise.all(pools.map((pool) => redis.zrange(keys.waiting(pool), '0', '-1')));
  return new Set(members.flat());
}
