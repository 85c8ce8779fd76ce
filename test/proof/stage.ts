import pg from 'pg';
import { clock } from '#core/clock.ts';
import { markPublished, publish } from '#core/views/publish.ts';
import { pools } from '#core/pools.ts';
import { settings } from '#core/settings.ts';
import { openMailbox } from '#core/mailbox/mailbox.ts';
import { keys } from '#db/keys.ts';
import { redis } from '#db/redis.ts';
import { reset } from '../reset.ts';
import { newEvening, places, type PlaceName } from './places.ts';
import type { Person } from './people.ts';
import type { Evening } from './verbs.ts';

/** A place as it was once reached by the product itself: every row, what people remember, and when. */
interface Kept {
  rows: Record<string, Record<string, unknown>[]>;
  people: Person[];
  staff: string[];
  fence: string;
  ms: number;
}

/** The same for fewer people, as text in which every id is about to be another. */
interface Setting {
  text: string;
  ms: number;
}

/**
 * Where evenings begin. Each place is reached once by the product's own verbs and kept; putting it back takes two
 * statements and a few commands, some 3 ms, where reaching it anew would take fifty statements. Ids are new every
 * time: this process remembers views by person and version.
 */
export async function openStage() {
  const database = new pg.Client({ connectionString: settings.databaseUrl });
  database.on('error', () => undefined);
  await database.connect();
  const tables = await everyTable(database);
  const kept = new Map<PlaceName, Kept>();
  const settingsOf = new Map<string, Setting>();
  let evenings = 0;

  /** Everything happens around midnight (UTC): the day is over a few steps after the place was reached. */
  async function keep(name: PlaceName): Promise<Kept> {
    const { tookMs } = await come(name, 0);
    const { evening } = await come(name, dayMs - untilMidnightMs - tookMs);
    const rows: Kept['rows'] = {};
    for (const table of tables)
      rows[table] = (
        await database.query<{ row: Record<string, unknown> }>(`SELECT to_jsonb(t) AS row FROM ${table} t`)
      ).rows.map(({ row }) => row);
    return { rows, people: evening.people, staff: evening.staff, fence: evening.fence, ms: clock.ms() };
  }

  /** Begins at this time of the day. */
  async function come(name: PlaceName, fromMs: number) {
    await reset();
    clock.stop();
    clock.advance((fromMs - (clock.ms() % dayMs) + dayMs) % dayMs);
    const since = clock.ms();
    const evening = await newEvening();
    await places[name].come(evening);
    await markPublished();
    return { evening, tookMs: clock.ms() - since };
  }

  /** Puts the first `count` people into a place. */
  async function set(name: PlaceName, count: number): Promise<Evening> {
    const id = `${name} ${count}`;
    let setting = settingsOf.get(id);
    if (!setting) {
      const whole = kept.get(name) ?? (await keep(name));
      kept.set(name, whole);
      settingsOf.set(id, (setting = settingOf(whole, count)));
    }
    evenings += 1;
    const tail = evenings.toString(16).padStart(6, '0');
    const text = setting.text.replaceAll(uuid, (whole: string) => whole.slice(0, -6) + tail);
    const { rows, people, staff, fence } = JSON.parse(text) as Kept;
    clock.stop();
    clock.advance(setting.ms - clock.ms());
    await database.query(statements(tables, rows));
    await putIntoRedis(people, rows);
    const devices = people.map(({ deviceId }) => deviceId);
    return { people, devices, staff, deeds: [], step: () => 0, fence };
  }

  /**
   * How many connections of this house wait for somebody's row. What a lock is granted to is told at once, by whoever
   * lets go. What Postgres waits for itself (a table that grows, a vacuum) is over in a moment, and is not counted.
   */
  async function lockWaits(): Promise<number> {
    const { rows } = await database.query<{ count: number }>({
      name: 'lock-waits',
      text: `SELECT count(DISTINCT l.pid)::integer AS count FROM pg_locks l JOIN pg_stat_activity a USING (pid)
              WHERE NOT l.granted AND l.locktype IN ('transactionid', 'tuple', 'advisory')
                AND a.datname = current_database()`,
    });
    return rows[0]?.count ?? 0;
  }

  return { set, lockWaits, close: () => database.end() };
}

const dayMs = 86_400_000;
const untilMidnightMs = 25;
const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const leftOut = ['migrations', 'refresh_tokens', 'idempotency_keys'];

async function everyTable(database: pg.Client): Promise<string[]> {
  const { rows } = await database.query<{ name: string }>(
    `SELECT oid::regclass::text AS name FROM pg_class
      WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition`,
  );
  return rows.map(({ name }) => name).filter((name) => name !== 'migrations');
}

/** Leaves out the last people, with whatever has to do with them. */
function settingOf({ rows, people, staff, fence, ms }: Kept, count: number): Setting {
  const present = people.filter((_, index) => (count === 3 ? [0, 1, 4].includes(index) : index < count));
  const gone = new Set(people.flatMap(({ userId, deviceId }) => [userId, deviceId]));
  for (const { userId, deviceId } of present) for (const id of [userId, deviceId]) gone.delete(id);
  const stays = (row: Record<string, unknown>) =>
    ![...JSON.stringify(row).matchAll(uuid)].some(([id]) => gone.has(id));
  for (const round of rows.rounds ?? []) if (!stays(round)) gone.add(String(round.id));
  const left = Object.fromEntries(
    Object.entries(rows).map(([table, all]) => [table, leftOut.includes(table) ? [] : all.filter(stays)]),
  );
  return { text: JSON.stringify({ rows: left, people: present, staff, fence }), ms };
}

/** The role `replica` leaves out foreign keys and append-only triggers, so that the order does not matter. */
function statements(tables: string[], rows: Kept['rows']): string {
  const deletes = tables.map((table) => `DELETE FROM ${table};`);
  const inserts = Object.entries(rows)
    .filter(([, some]) => some.length > 0)
    .map(
      ([table, some]) =>
        `INSERT INTO ${table} SELECT * FROM jsonb_populate_recordset(NULL::${table}, ${pg.escapeLiteral(JSON.stringify(some))});`,
    );
  return `BEGIN; SET LOCAL session_replication_role = replica; ${deletes.join(' ')} ${inserts.join(' ')} COMMIT`;
}

async function putIntoRedis(people: Person[], rows: Kept['rows']): Promise<void> {
  const pool = pools[0];
  const nowMs = clock.ms();
  await Promise.all([
    redis.del(keys.waiting(pool), keys.presence(pool), keys.poolFacts(pool)),
    redis.hset(keys.watch(pool), { since: nowMs - 3_600_000, alive: nowMs }),
    redis.zadd(keys.presence(pool), ...people.flatMap(({ userId }) => [nowMs, userId])),
    publish(people.map(({ userId }) => userId)),
    ...(rows.round_participants ?? [])
      .filter((seat) => seat.live === true && Number(seat.epoch) > 0)
      .map((seat) => openMailbox(pool, String(seat.round_id), String(seat.user_id), Number(seat.epoch))),
  ]);
  await markPublished();
}
