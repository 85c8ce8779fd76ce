import { expect } from 'chai';
import fc from 'fast-check';
import pg from 'pg';
import { newId } from '#core/ids.ts';
import { commit, type Changes, type Guard, type Write } from '#core/store/commit.ts';
import { table, tableNames, type TableName } from '#core/store/tables.ts';
import { sql } from '#db/postgres.ts';
import { commitInMemory, keyOf, type Memory } from './memory.ts';

const instant = (ms: number) => new Date(Date.UTC(2026, 0, 1) + ms).toISOString();

/** Rows that commands may touch: people with a journey, a device and a session each. */
interface World {
  people: string[];
  devices: string[];
  sessions: string[];
  rounds: string[];
}

async function someRows(count: number): Promise<World> {
  const ids = () => Array.from({ length: count }, () => newId());
  const world = { people: ids(), devices: ids(), sessions: ids(), rounds: ids() };
  const bind = [world.people, world.devices, world.sessions, instant(0)];
  await sql('INSERT INTO devices (id, created_at) SELECT d, $2 FROM unnest($1::uuid[]) AS d', [
    world.devices,
    instant(0),
  ]);
  await sql(
    `INSERT INTO users (id, kind, device_id, display_name, birth_date, gender, created_at, active_at)
     SELECT u, 'guest', d, 'Ann', '1990-01-01', 'woman', $3, $3 FROM unnest($1::uuid[], $2::uuid[]) AS t(u, d)`,
    [world.people, world.devices, instant(0)],
  );
  await sql(
    `INSERT INTO sessions (id, user_id, device_id, pool, status, mode, min_age, max_age, genders, preferred_interests,
                           personality_weight, started_at)
     SELECT s, u, d, 'world', 'active', 'video', 18, 99, '{}', '{}', 0, $4
       FROM unnest($1::uuid[], $2::uuid[], $3::uuid[]) AS t(u, d, s)`,
    bind,
  );
  await sql(
    `INSERT INTO journeys (user_id, device_id, pool, session_id, changed_at, last_seen_at)
     SELECT u, d, 'world', s, $4, $4 FROM unnest($1::uuid[], $2::uuid[], $3::uuid[]) AS t(u, d, s)`,
    bind,
  );
  const others = world.people.map((_, index) => world.people.at(index - 1));
  await sql(
    `INSERT INTO rounds (id, pool, mode, status, user1_id, user2_id, score, score_parts, matched_topics, matched_at,
                         ack_deadline_at, join_deadline_at)
     SELECT r, 'world', 'video', 'waiting', least(u, o), greatest(u, o), 50, '{}', '{}', $4, $4, $4
       FROM unnest($1::uuid[], $2::uuid[], $3::uuid[]) AS t(r, u, o)`,
    [world.rounds, world.people, others, instant(0)],
  );
  await sql(
    `INSERT INTO round_participants (round_id, user_id, session_id, device_id, live)
     SELECT r, u, s, d, false FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[]) AS t(r, u, s, d)`,
    [world.rounds, world.people, world.sessions, world.devices],
  );
  return world;
}

/** The rows of PostgreSQL, as `Memory` keeps them: every column that commands write, and the guards. */
async function readTables(): Promise<Memory> {
  const read = await Promise.all(
    tableNames.map(async (name) => {
      const columns = [...Object.keys(table(name).columns), ...(table(name).owner ? ['guard'] : [])];
      const rows = await sql<{ row: Record<string, unknown> }>(
        `SELECT to_jsonb(t) AS row FROM (SELECT ${columns.join(', ')} FROM ${name}) t`,
      );
      return [name, new Map(rows.map(({ row }) => [keyOf(name, row), withInstants(name, row)]))] as const;
    }),
  );
  return Object.fromEntries(read) as Memory;
}

/** PostgreSQL writes instants as JSON in its own way. */
const withInstants = (name: TableName, row: Record<string, unknown>) =>
  Object.fromEntries(
    Object.entries(row).map(([column, value]) => [
      column,
      value !== null && table(name).columns[column] === 'timestamptz'
        ? new Date(value as string).toISOString()
        : value,
    ]),
  );

/** One command as drawn: which of the rows it guards and writes, by number. */
interface Draft {
  journeys: number[];
  devices: number[];
  rounds: number[];
  stale: boolean;
  writesJourney: boolean;
  writesDevice: boolean;
  writesRound: boolean;
  vote: 'none' | 'new' | 'changed';
  key: number | null;
  session: 'none' | 'update' | 'missing';
  event: 'none' | 'new' | 'repeated';
  notice: boolean;
  at: number;
}

const size = 5;
const some = fc.uniqueArray(fc.nat(size - 1), { maxLength: 2 });
const draft: fc.Arbitrary<Draft> = fc.record({
  journeys: some,
  devices: some,
  rounds: some,
  stale: fc.boolean(),
  writesJourney: fc.boolean(),
  writesDevice: fc.boolean(),
  writesRound: fc.boolean(),
  vote: fc.constantFrom('none', 'none', 'new', 'changed'),
  key: fc.option(fc.nat(2)),
  session: fc.constantFrom('none', 'update', 'update', 'update', 'missing'),
  event: fc.constantFrom('none', 'new', 'new', 'new', 'repeated'),
  notice: fc.boolean(),
  at: fc.nat(1_000_000),
});

/** The drafts as changes against what the tables say now; rows that an earlier draft guards are left out. */
function changesOf(
  drafts: readonly Draft[],
  memory: Memory,
  { people, devices, sessions, rounds }: World,
): Changes[] {
  const rated = new Set<string>();
  const claimed = new Set<number>();
  const taken = new Set<string>();
  const free = (owner: TableName, ids: (string | undefined)[]) =>
    ids.filter((id): id is string => {
      if (id === undefined || taken.has(`${owner} ${id}`)) return false;
      taken.add(`${owner} ${id}`);
      return true;
    });
  const changes = drafts.map((one): Changes => {
    const mine = free(
      'journeys',
      one.journeys.map((index) => people[index]),
    );
    const own = free(
      'devices',
      one.devices.map((index) => devices[index]),
    );
    const played = free(
      'rounds',
      one.rounds.map((index) => rounds[index]),
    );
    const guardOf = (owner: 'journeys' | 'devices' | 'rounds', id: string): Guard => ({
      owner,
      id,
      guard: Number(memory[owner].get(id)?.guard) - (one.stale ? 1 : 0),
    });
    const guards = [
      ...mine.map((id) => guardOf('journeys', id)),
      ...own.map((id) => guardOf('devices', id)),
      ...played.map((id) => guardOf('rounds', id)),
    ];
    const writes = [
      ...writesOf(one, mine, own, memory, people, sessions),
      ...(one.writesRound
        ? played.flatMap((id) => roundWrites(one, id, people[rounds.indexOf(id)] ?? '', memory, rated))
        : []),
      ...keyWrites(one, claimed),
    ];
    return { guards, writes };
  });
  return changes.filter(({ guards }) => guards.length > 0);
}

function writesOf(
  one: Draft,
  mine: string[],
  own: string[],
  memory: Memory,
  people: string[],
  sessions: string[],
): Write[] {
  const writes: Write[] = [];
  for (const id of one.writesJourney ? mine : []) {
    const before = memory.journeys.get(id) ?? {};
    const row = {
      ...before,
      version: Number(before.version) + 1,
      waiting_since: instant(one.at),
      changed_at: instant(one.at),
      last_seen_at: instant(one.at),
      notice: one.notice ? { reason: 'skip', at: one.at } : null,
      match_notices: one.notice ? [newId()] : [],
    };
    writes.push({ table: 'journeys', how: 'update', row });
    if (one.event !== 'none')
      writes.push({
        table: 'journey_events',
        how: 'insert',
        row: {
          user_id: id,
          version: one.event === 'new' ? row.version : 1,
          event: 'profile',
          from_state: 'IDLE',
          to_state: 'IDLE',
          round_id: null,
          session_id: null,
          requested_before: null,
          at: instant(one.at),
        },
      });
    const session = sessions[people.indexOf(id)];
    if (one.session !== 'none')
      writes.push({
        table: 'sessions',
        how: 'update',
        row: {
          id: one.session === 'missing' ? newId() : session,
          status: one.notice ? 'ended' : 'paused',
          end_reason: null,
          ended_at: one.notice ? instant(one.at) : null,
        },
      });
  }
  for (const id of one.writesDevice ? own : [])
    writes.push({
      table: 'devices',
      how: 'update',
      row: { id, early_exits: one.at % 7, cooldown_until: one.notice ? instant(one.at) : null },
    });
  return writes;
}

/** A round's step: one of its two takes a seat, votes, and is rated. Each person is rated once in a statement. */
function roundWrites(
  { vote, at, notice }: Draft,
  id: string,
  userId: string,
  memory: Memory,
  rated: Set<string>,
): Write[] {
  const seat = memory.round_participants.get(`${id} ${userId}`);
  const voted = memory.decisions.get(`${id} ${userId}`);
  const ballot = { round_id: id, user_id: userId, decision: 'skip', ratings: null, decided_at: instant(at) };
  const writes: Write[] = [
    {
      table: 'rounds',
      how: 'update',
      row: { ...memory.rounds.get(id), decide_until: notice ? instant(at) : null },
    },
    {
      table: 'round_participants',
      how: 'update',
      row: { ...seat, epoch: Number(seat?.epoch) + 1, left_at: notice ? instant(at) : null },
    },
  ];
  if (vote === 'new') writes.push({ table: 'decisions', how: 'insert', row: ballot }); // fails when there is one
  if (vote === 'changed' && voted) writes.push({ table: 'decisions', how: 'update', row: ballot });
  if (rated.has(userId)) return writes;
  rated.add(userId);
  const row = { id: userId, active_at: notice ? instant(at) : null, rating_sum: at % 5, rating_count: 1 };
  return [...writes, { table: 'users', how: 'update', row }];
}

/** A key that may be there already; no two commands of a statement claim the same one. */
function keyWrites({ key, at }: Draft, claimed: Set<number>): Write[] {
  if (key === null || claimed.has(key)) return [];
  claimed.add(key);
  const row = {
    scope: 'start:x',
    key: `key-${key}`,
    fingerprint: `${at}`,
    result: { at },
    created_at: instant(at),
  };
  return [{ table: 'idempotency_keys', how: 'insert', row }];
}

describe('a commit of commands', () => {
  it('does in PostgreSQL, row for row, what it does in memory', async function () {
    this.timeout(120_000);
    const world = await someRows(size);
    const holder = new pg.Client({ connectionString: process.env.DATABASE_URL });
    await holder.connect();
    const seen = { applied: 0, refused: 0, failed: 0 };
    try {
      await fc.assert(
        fc.asyncProperty(
          fc.array(draft, { minLength: 1, maxLength: 5 }),
          fc.uniqueArray(fc.nat(size - 1), { maxLength: 1 }),
          async (drafts, heldByOther) => {
            const memory = await readTables();
            const locked = heldByOther.map((index) => world.people[index] ?? '');
            const commands = changesOf(drafts, memory, world);
            if (commands.length === 0) return;
            await holder.query('BEGIN');
            await holder.query('SELECT 1 FROM journeys WHERE user_id = ANY ($1) FOR UPDATE', [locked]);
            const before = await readTables();
            const real = await commit(commands).catch(() => 'failed' as const);
            await holder.query('ROLLBACK');
            let expected: boolean[] | 'failed';
            try {
              expected = commitInMemory(memory, commands, new Set(locked.map((id) => `journeys ${id}`)));
            } catch {
              expected = 'failed';
            }
            expect(real).to.deep.equal(expected);
            expect(await readTables()).to.deep.equal(expected === 'failed' ? before : memory);
            if (expected === 'failed') seen.failed += 1;
            else for (const applied of expected) seen[applied ? 'applied' : 'refused'] += 1;
          },
        ),
        { numRuns: 500, seed: 14 },
      );
    } finally {
      await holder.end();
    }
    expect(seen.applied).to.be.greaterThan(100);
    expect(seen.refused).to.be.greaterThan(100);
    expect(seen.failed).to.be.greaterThan(20);
  });

  it('writes every column of a journey, a device and a round, but for those that never change, or that others write without a guard', async () => {
    const apart = {
      journeys: ['guard', 'published_version'],
      devices: ['guard', 'created_at', 'network', 'network_at'],
      rounds: [
        ...['guard', 'pool', 'mode', 'user1_id', 'user2_id', 'score', 'score_parts', 'matched_topics'],
        ...['matched_at', 'ack_deadline_at', 'join_deadline_at'],
      ],
      round_participants: ['session_id', 'device_id', 'waiting_since', 'quality'],
    };
    for (const [name, others] of Object.entries(apart) as [TableName, string[]][]) {
      const columns = await sql<{ name: string }>(
        `SELECT attname AS name FROM pg_attribute WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped`,
        [name],
      );
      const { key, updated } = table(name);
      expect(columns.map((column) => column.name)).to.have.members([...key, ...updated, ...others]);
    }
  });
});
