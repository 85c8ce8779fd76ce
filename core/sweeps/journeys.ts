import { sql } from '#db/postgres.ts';
import { clock } from '#core/clock.ts';
import { command } from '#core/commands/command.ts';
import { journeyIfAny } from '#core/commands/draft.ts';
import { groupBy } from '#core/groupBy.ts';
import { log } from '#core/log.ts';
import { pools } from '#core/pools.ts';
import { rules } from '#core/rules.ts';
import { settings } from '#core/settings.ts';
import { leaveRound } from '#core/journey/notices.ts';
import { advance, type Journey } from '#core/journey/advance.ts';
import type { State } from '#core/journey/journey.ts';
import { forgetSilent, lastSeen, watchedSince } from '#core/views/presence.ts';
import { publish } from '#core/views/publish.ts';

const atOnce = 500;
const refreshAfterSeconds = 5;
const unpublishedAfterSeconds = 1;

/**
 * Brings `last_seen_at` up to what Redis has seen: in batches, and only where it has fallen behind. What is
 * judged by it is therefore judged by a record at most seconds old, even if a process died.
 */
export async function recordPresence(): Promise<void> {
  const behind = await sql<{ user_id: string; pool: string }>(
    `SELECT user_id, pool FROM journeys WHERE state <> 'IDLE' AND last_seen_at <= $1
      ORDER BY last_seen_at LIMIT 5000`,
    [clock.after(-refreshAfterSeconds)],
  );
  for (const [pool, some] of groupBy(behind, (one) => one.pool)) {
    const userIds = some.map((one) => one.user_id);
    const seen = await lastSeen(pool, userIds);
    await sql(
      `UPDATE journeys j
          SET last_seen_at = s.at
         FROM (SELECT k.user_id, to_timestamp(t.ms / 1000) AS at
                 FROM unnest($1::uuid[], $2::double precision[]) AS t(user_id, ms)
                 JOIN journeys k ON k.user_id = t.user_id AND k.last_seen_at < to_timestamp(t.ms / 1000)
                ORDER BY k.user_id
                  FOR UPDATE OF k SKIP LOCKED) s
        WHERE j.user_id = s.user_id`,
      [userIds, seen],
    );
  }
}

/** What a worker does now and then: ends stale sessions, and forgets the presence of those long silent. */
export async function cleanUpSessions(): Promise<void> {
  await recordPresence();
  await endStaleSessions();
  for (const pool of pools) await forgetSilent(pool);
}

const canBeStale: readonly State[] = ['WAITING', 'DECIDING', 'DISCONNECTING'];

/** Ends the sessions of people who wait, decide or were told of an end, and of whom nothing was heard for long. */
export async function endStaleSessions(): Promise<void> {
  const before = clock.after(-settings.staleAfterSeconds);
  const quiet = await sql<{ user_id: string; pool: string }>(
    `SELECT user_id, pool FROM journeys
      WHERE state IN ('WAITING', 'DECIDING', 'DISCONNECTING') AND last_seen_at <= $1 LIMIT ${atOnce}`,
    [before],
  );
  for (const [pool, some] of groupBy(quiet, (one) => one.pool)) {
    if ((await watchedSince(pool)) > before.getTime()) continue;
    const userIds = some.map((one) => one.user_id);
    const seen = await lastSeen(pool, userIds);
    const gone = userIds.filter((_, index) => (seen[index] ?? 0) <= before.getTime());
    await moveEach(gone, (journey) => {
      if (canBeStale.includes(journey.state) && journey.last_seen_at <= before) advance(journey, 'stale');
    });
  }
}

/** Sends home people who have waited longer than `settings.longestWaitSeconds`. SQL only. */
export async function endLongWaits(): Promise<void> {
  const before = clock.after(-settings.longestWaitSeconds);
  const due = await whoseState(`state = 'WAITING' AND waiting_since <= $1`, before);
  await moveEach(due, (journey) => {
    const since = journey.state === 'WAITING' ? journey.waiting_since : null;
    if (since !== null && since <= before) advance(journey, 'waited_too_long');
  });
}

/** Ends the sessions that have been paused for too long. SQL only. */
export async function endLongPauses(): Promise<void> {
  const before = clock.after(-settings.longestPauseSeconds);
  const due = await whoseState(`state = 'IDLE' AND session_id IS NOT NULL AND changed_at <= $1`, before);
  await moveEach(due, (journey) => {
    if (journey.state === 'IDLE' && journey.session_id !== null) advance(journey, 'end_session');
  });
}

/** Releases people who have not seen their notice: they wait outside the pool until they are heard of. SQL only. */
export async function expireNotices(): Promise<void> {
  const before = clock.after(-rules.noticeSeconds);
  const due = await whoseState(`state = 'DISCONNECTING' AND changed_at <= $1`, before);
  await moveEach(due, (journey, now) => {
    if (journey.state !== 'DISCONNECTING') return;
    leaveRound(journey, now);
    journey.parked = nowWaits(journey);
  });
}

/** Publishes again what did not reach Redis. */
export async function publishMissed(): Promise<void> {
  const missed = await sql<{ user_id: string }>(
    `SELECT user_id FROM journeys WHERE published_version < version AND changed_at <= $1 LIMIT ${atOnce}`,
    [clock.after(-unpublishedAfterSeconds)],
  );
  if (missed.length > 0) await publish(missed.map((row) => row.user_id));
}

// A function, because TypeScript believes that the state it has narrowed cannot have changed.
const nowWaits = (journey: Journey): boolean => journey.state === 'WAITING';

async function whoseState(condition: string, at: Date): Promise<string[]> {
  const rows = await sql<{ user_id: string }>(
    `SELECT user_id FROM journeys WHERE ${condition} LIMIT ${atOnce}`,
    [at],
  );
  return rows.map((row) => row.user_id);
}

interface Swept {
  userId: string;
  step: Step;
}

/** What a sweep does with a person who is still as they were when it looked; else nothing. */
type Step = (journey: Journey, now: Date) => void;

const sweep = command({
  name: 'sweep',
  needs: ({ userId }: Swept) => ({ people: [userId] }),
  rule: (draft, { userId, step }) => {
    const journey = journeyIfAny(draft, userId);
    if (journey) step(journey, draft.now);
  },
  effects: 'left',
});

/** Moves each person; a failure for one does not delay the others. */
async function moveEach(userIds: readonly string[], step: Step): Promise<void> {
  await Promise.all(
    userIds.map((userId) =>
      sweep({ userId, step }).catch((err: unknown) =>
        log.error({ err, user_id: userId }, 'a person could not be moved; the next sweep tries again'),
      ),
    ),
  );
}
