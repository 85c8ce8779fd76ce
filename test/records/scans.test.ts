import { expect } from 'chai';
import { createGuest } from '#core/accounts/guest.ts';
import { erase } from '#core/accounts/erase.ts';
import { expireGuests } from '#core/accounts/expireGuests.ts';
import { exportPerson } from '#core/accounts/export.ts';
import { clock } from '#core/clock.ts';
import { cleanUpSessions } from '#core/sweeps/journeys.ts';
import { listNewcomers } from '#core/safety/newcomer.ts';
import { actOnFlags } from '#core/safety/actOnFlags.ts';
import { forgetExpired } from '#core/records/retention.ts';
import { rules } from '#core/rules.ts';
import { restrict } from '#core/safety/restrict.ts';
import { sweep } from '#core/sweeper.ts';
import { sql } from '#db/postgres.ts';
import { writePast } from '../bench/pastRounds.ts';
import { guestInput } from '../build.ts';
import { person, runWave } from '../cast.ts';
import { scansByIndex, statementsOf, type PlanNode, type Statement } from '../statements.ts';

/*
 * Statements that are sent in the time that people wait, or every second, or for everybody, must read what they are about
 * and not the table. Each statement that these verbs send, whichever it is, is explained: a new statement is looked at
 * by itself.
 */

/** From so many rows on, a table counts as one that grows. */
const large = 2_500;
const hour = 3_600_000;

describe('what is done for one person, or every second, or every hour', () => {
  it('reads no large table from end to end', async function () {
    this.timeout(120_000);
    await writePast({ rounds: 20_000, people: 6_000, days: 60, to: clock.now() });
    await writeRest();
    const largeTables = new Set(
      (
        await sql<{ name: string }>(
          `SELECT relname AS name FROM pg_class
            WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND reltuples >= $1`,
          [large],
        )
      ).map(({ name }) => name),
    );
    expect([...largeTables]).to.include.members([
      ...[
        'rounds',
        'round_participants',
        'decisions',
        'chat_lines',
        'idempotency_keys',
        'journeys',
        'journey_events',
      ],
      ...['sessions', 'exclusions', 'users', 'devices', 'refresh_tokens', 'blocks'],
    ]);

    const indexes = await readIndexes();

    const people = await sql<{ userId: string; deviceId: string }>(
      'SELECT id AS "userId", device_id AS "deviceId" FROM users ORDER BY id LIMIT 3',
    );
    const [one, two, three] = people as [(typeof people)[0], (typeof people)[0], (typeof people)[0]];
    const ann = await person();
    const verbs: Record<string, () => Promise<unknown>> = {
      export: () => exportPerson(one),
      erase: () => erase(one.userId),
      'a sign-in': () => createGuest(guestInput(), { from: 'test', idempotencyKey: 'a key' }),
      start: () => ann.start(),
      sweep,
      wave: () => runWave(),
      restrict: () =>
        restrict(
          {
            ...{ userId: two.userId, kind: 'restriction', category: 'spam', hours: 1, flagId: null },
            reason: 'Sold things',
          },
          null,
        ),
      'what flags ask for': () => actOnFlags(three.userId),
      'the list of newcomers': listNewcomers,
      'clean up': cleanUpSessions,
      'expiry of guests': async () => {
        await sql(`UPDATE users SET active_at = $1 WHERE id = $2`, [clock.now(), three.userId]);
        await expireGuests();
      },
      retention: forgetExpired,
    };
    // The calendar's verbs have a little to do, not everything: that is how it is when they run every hour.
    await sql('UPDATE users SET active_at = $1', [clock.now()]);
    await sql(
      `UPDATE users SET active_at = $1 WHERE id IN (SELECT id FROM users ORDER BY id DESC LIMIT 50)`,
      [clock.after((-rules.guestIdleHours * hour) / 1000 - 60)],
    );
    await sql('VACUUM ANALYZE users');

    const scanned: string[] = [];
    for (const [name, verb] of Object.entries(verbs))
      for (const statement of once(await statementsOf(verb)))
        for (const scan of await scansByIndex(statement))
          if (largeTables.has(readWhole(scan, indexes) ?? '') && !isRestoring(statement))
            scanned.push(`${name}: ${scan['Node Type']} of ${readWhole(scan, indexes)}\n${statement.text}`);
    expect(scanned.join('\n\n')).to.equal('');
  });
});

interface Index {
  name: string;
  table: string;
  /** Its first column or expression. */
  leading: string;
  partial: boolean;
}

async function readIndexes(): Promise<Map<string, Index>> {
  const rows = await sql<Index>(
    `SELECT indexrelid::regclass::text AS name, indrelid::regclass::text AS table,
            pg_get_indexdef(indexrelid, 1, true) AS leading, indpred IS NOT NULL AS partial FROM pg_index`,
  );
  return new Map(rows.map((row) => [row.name, row]));
}

/**
 * The table of which a scan reads everything, null when it does not: the table itself, or an index of all its rows without
 * a condition on what that is ordered by (PostgreSQL 18 uses one with a condition on its second column alone, too).
 */
function readWhole(scan: PlanNode, indexes: ReadonlyMap<string, Index>): string | null {
  if (scan['Node Type'].endsWith('Seq Scan')) return scan['Relation Name'] ?? null;
  const index = indexes.get(scan['Index Name'] ?? '');
  if (!index || index.partial) return null;
  return (scan['Index Cond'] ?? '').includes(index.leading) ? null : index.table;
}

/** Once after Redis has been emptied or started: everybody who was here lately is looked for. */
const isRestoring = ({ text }: Statement): boolean => text.includes("state <> 'IDLE' OR changed_at > $2");

const once = (statements: Statement[]): Statement[] => [
  ...new Map(statements.map((statement) => [statement.text, statement])).values(),
];

/** What `writePast` leaves out: journeys, sign-ins, what was written, keys, blocks, people who wait. */
async function writeRest(): Promise<void> {
  const now = clock.now();
  await sql(
    `INSERT INTO journeys (user_id, device_id, pool, state, changed_at, last_seen_at, published_version)
     SELECT id, device_id, 'world', 'IDLE', $1, $1, 1 FROM users ON CONFLICT DO NOTHING`,
    [clock.after(-48 * 3600)],
  );
  await sql(
    `INSERT INTO refresh_tokens (id, family_id, user_id, device_id, token_hash, created_at, expires_at)
     SELECT gen_random_uuid(), gen_random_uuid(), id, device_id, sha256(id::text::bytea), $1,
            $1::timestamptz + interval '30 days' FROM users`,
    [now],
  );
  await sql(
    `INSERT INTO chat_lines (id, round_id, user_id, key, text, created_at)
     SELECT gen_random_uuid(), r.id, r.user1_id, 'k', 'good evening', $1 FROM rounds r`,
    [now],
  );
  await sql(
    `INSERT INTO idempotency_keys (scope, key, fingerprint, result, created_at)
     SELECT 'start:' || u.id, 'key', 'f', jsonb_build_object('session_id', u.id), $1::timestamptz FROM users u
     UNION ALL SELECT 'guest:192.0.2.' || row_number() OVER (), u.id::text, 'f', jsonb_build_object('user_id', u.id), $1::timestamptz
       FROM users u`,
    [now],
  );
  await sql(
    `INSERT INTO blocks (id, blocker_id, blocker_device_id, blocked_id, blocked_device_id, created_at)
     SELECT gen_random_uuid(), a.id, a.device_id, b.id, b.device_id, $1
       FROM (SELECT id, device_id, row_number() OVER (ORDER BY id) AS n FROM users) a
       JOIN (SELECT id, device_id, row_number() OVER (ORDER BY id DESC) AS n FROM users) b ON b.n = a.n
      WHERE a.id <> b.id`,
    [now],
  );
  for (const table of [
    'journeys',
    'refresh_tokens',
    'chat_lines',
    'idempotency_keys',
    'blocks',
    'devices',
    'users',
  ])
    await sql(`VACUUM ANALYZE ${table}`);
}
