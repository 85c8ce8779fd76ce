import { longSql as sql } from '#db/postgres.ts';
import { clock } from '#core/clock.ts';
import { rules } from '#core/rules.ts';

const atOnce = 5_000;

/**
 * Forgets what has served its time; docs/data.md is the table in words. In batches, so that no lock is held
 * for long; it may run at any time and in any number.
 */
export async function forgetExpired(): Promise<void> {
  const now = clock.now();
  const hoursAgo = (hours: number): Date => clock.after(-hours * 3600, now);
  const daysAgo = hoursAgo(rules.activityDays * 24);

  await forget('idempotency_keys', 'created_at < $1', hoursAgo(rules.idempotencyHours));
  await forget('refresh_tokens', 'expires_at < $1', now);
  await forget('exclusions', 'until < $1', now);
  await forget('newcomers', 'until < $1', now);
  await forget(
    'exclusions',
    `session_id IS NOT NULL
       AND EXISTS (SELECT 1 FROM sessions s WHERE s.id = exclusions.session_id AND s.ended_at < $1)`,
    now,
  );
  await forget(
    'chat_lines',
    `created_at < $1 AND ${isUnflagged('chat_lines.round_id')}`,
    hoursAgo(rules.chatHours),
  );
  await forget('journey_events', 'at < $1', daysAgo);
  await forget(
    'rounds',
    `matched_at < $1 AND ended_at IS NOT NULL AND ${isUnflagged('rounds.id')} AND ${isOver}`,
    daysAgo,
  );
  await forget('sessions', `ended_at < $1`, daysAgo);
  for (const [step, days] of Object.entries(rules.sampleDays))
    await forget('activity_samples', `step = ${step} AND at < $1`, hoursAgo(days * 24));
  for (const table of ['hourly_facts', 'closed_hours'])
    await forget(table, 'hour < $1', hoursAgo(rules.statisticsDays * 24));
  await forget('daily_facts', 'day < $1', hoursAgo(rules.statisticsDays * 24));
  await sql(
    'UPDATE devices SET network = NULL, network_at = NULL WHERE network IS NOT NULL AND network_at < $1',
    [hoursAgo(2 * rules.moderation.networkHours)],
  );
}

const isUnflagged = (roundId: string): string =>
  `NOT EXISTS (SELECT 1 FROM flags f WHERE f.round_id = ${roundId})`;

/** A match stays for as long as one of its two is there to look at it. */
const isOver = `(mutual_at IS NULL OR NOT EXISTS (SELECT 1 FROM users u WHERE u.id IN (rounds.user1_id, rounds.user2_id)))`;

async function forget(table: string, condition: string, at: Date): Promise<void> {
  for (;;) {
    const gone = await sql(
      `DELETE FROM ${table} WHERE ctid IN (SELECT ctid FROM ${table} WHERE ${condition} LIMIT ${atOnce}) RETURNING 1 AS one`,
      [at],
    );
    if (gone.length < atOnce) return;
  }
}
