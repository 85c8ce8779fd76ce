import { sql } from '#db/postgres.ts';
import { clock } from '#core/clock.ts';
import { settle } from '#core/decisions/settle.ts';
import { lastArrived, lastSeen, watchedSince } from '#core/journey/presence.ts';
import { settings } from '#core/settings.ts';
import { endRoundByClock } from './end.ts';
import { endBySilence } from './lose.ts';
import { participantOf } from './round.ts';

const atOnce = 200;

/** Ends the rounds whose time is up: the second line of defence of DESIGN section 4. SQL only. */
export async function endDueRounds(): Promise<void> {
  const due = await ids(`SELECT id FROM rounds WHERE status = 'active' AND deadline_at <= $1 ORDER BY deadline_at`);
  for (const id of due) await endRoundByClock(id);
}

/** Closes the decision windows that are over. SQL only. */
export async function settleDueDecisions(): Promise<void> {
  const due = await ids(
    `SELECT id FROM rounds WHERE decide_until <= $1 AND settled_at IS NULL ORDER BY decide_until`,
  );
  for (const id of due) await settle(id);
}

/** Cancels the rounds that somebody did not join in time. SQL only. */
export async function cancelUnjoined(): Promise<void> {
  const due = await ids(`SELECT id FROM rounds WHERE status = 'waiting' AND join_deadline_at <= $1`);
  for (const id of due) await cancelUnjoinedRound(id);
}

/** Cancels what has been waiting for minutes: nothing should, but a stuck pair must not stay stuck. */
export async function cancelAbandoned(): Promise<void> {
  const before = clock.after(-settings.abandonedAfterSeconds);
  const due = await ids(`SELECT id FROM rounds WHERE status = 'waiting' AND matched_at <= $1`, before);
  for (const id of due) await cancelUnjoinedRound(id);
}

async function cancelUnjoinedRound(roundId: string): Promise<void> {
  const absent = await sql<{ user_id: string }>(
    'SELECT user_id FROM round_participants WHERE round_id = $1 AND joined_at IS NULL',
    [roundId],
  );
  const by = absent.map((row) => row.user_id);
  await endBySilence(roundId, 'not_joined', by, ({ round, participants }) =>
    // Somebody joined between the look and the lock: judge again with the next sweep.
    round.status !== 'waiting' || by.some((userId) => participantOf(participants, userId).joined_at !== null),
  );
}

interface Silent {
  round_id: string;
  user_id: string;
  pool: string;
  since: Date;
}

/**
 * Cancels the rounds of which somebody has not shown a sign of life since they were paired. A request that was
 * already open proves nothing, so it is the arrival that counts.
 */
export async function cancelUnacknowledged(): Promise<void> {
  const due = await sql<Silent>(
    `SELECT r.id AS round_id, p.user_id, r.pool, r.matched_at AS since
       FROM rounds r
       JOIN round_participants p ON p.round_id = r.id AND p.acknowledged_at IS NULL
      WHERE r.status = 'waiting' AND r.ack_deadline_at <= $1
      LIMIT ${atOnce}`,
    [clock.now()],
  );
  for (const [pool, some] of groupBy(due, (one) => one.pool)) {
    const watched = await watchedSince(pool);
    const arrived = await lastArrived(
      pool,
      some.map((one) => one.user_id),
    );
    const silent = some.filter((one, index) => one.since.getTime() >= watched && (arrived[index] ?? 0) < one.since.getTime());
    const heard = some.filter((one) => !silent.includes(one));
    await acknowledge(heard);
    for (const [roundId, culprits] of groupBy(silent, (one) => one.round_id)) {
      const by = culprits.map((one) => one.user_id);
      await endBySilence(roundId, 'not_acknowledged', by, ({ round, participants }) =>
        round.status !== 'waiting' || by.some((userId) => participantOf(participants, userId).acknowledged_at !== null),
      );
    }
  }
}

async function acknowledge(heard: Silent[]): Promise<void> {
  if (heard.length === 0) return;
  await sql(
    `UPDATE round_participants p
        SET acknowledged_at = coalesce(p.acknowledged_at, $3)
       FROM unnest($1::uuid[], $2::uuid[]) AS h(round_id, user_id)
      WHERE p.round_id = h.round_id AND p.user_id = h.user_id`,
    [heard.map((one) => one.round_id), heard.map((one) => one.user_id), clock.now()],
  );
}

/**
 * Releases the partners of those who left their page and did not come back within the grace. When the record is
 * younger than the farewell (Redis was emptied) nobody knows whether they came back: then they must be lost first.
 */
export async function releaseLeft(): Promise<void> {
  const gone = await sql<Silent>(
    `SELECT p.round_id, p.user_id, r.pool, p.left_at AS since
       FROM round_participants p
       JOIN rounds r ON r.id = p.round_id
      WHERE p.live AND p.left_at <= $1
      LIMIT ${atOnce}`,
    [clock.after(-settings.leaveGraceSeconds)],
  );
  for (const [pool, some] of groupBy(gone, (one) => one.pool)) {
    const watched = await watchedSince(pool);
    const arrived = await lastArrived(
      pool,
      some.map((one) => one.user_id),
    );
    for (const [index, { round_id, user_id, since }] of some.entries())
      if ((arrived[index] ?? 0) > since.getTime()) await takeLeaveBack(round_id, user_id, since);
      else if (since.getTime() >= watched)
        await endBySilence(
          round_id,
          'left',
          [user_id],
          ({ participants }) => participantOf(participants, user_id).left_at?.getTime() !== since.getTime(),
        );
  }
}

const takeLeaveBack = (roundId: string, userId: string, leftAt: Date) =>
  sql('UPDATE round_participants SET left_at = NULL WHERE round_id = $1 AND user_id = $2 AND left_at = $3', [
    roundId,
    userId,
    leftAt,
  ]);

/**
 * Ends the rounds of people of whom no request has been open for the time that counts as lost. Their silence
 * before they were paired does not count: whoever polls seldom has the time of the acknowledgement all the same.
 */
export async function releaseLost(): Promise<void> {
  const before = clock.after(-settings.lostAfterSeconds);
  const quiet = await sql<Silent>(
    `SELECT j.round_id, j.user_id, j.pool, j.last_seen_at AS since
       FROM journeys j
       JOIN rounds r ON r.id = j.round_id AND r.matched_at <= $1
      WHERE j.state IN ('CONNECTING', 'IN_CALL') AND j.last_seen_at <= $1
      LIMIT ${atOnce}`,
    [before],
  );
  for (const [pool, some] of groupBy(quiet, (one) => one.pool)) {
    if ((await watchedSince(pool)) > before.getTime()) continue;
    const seen = await lastSeen(
      pool,
      some.map((one) => one.user_id),
    );
    const lost = some.filter((_, index) => (seen[index] ?? 0) <= before.getTime());
    for (const [roundId, people] of groupBy(lost, (one) => one.round_id))
      await endBySilence(
        roundId,
        'stale',
        people.map((one) => one.user_id),
      );
  }
}

async function ids(statement: string, at: Date = clock.now()): Promise<string[]> {
  const rows = await sql<{ id: string }>(`${statement} LIMIT ${atOnce}`, [at]);
  return rows.map((row) => row.id);
}

/** Groups rows by a key, in the order of their first appearance. */
export function groupBy<T>(rows: readonly T[], keyOf: (row: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const row of rows) {
    const group = groups.get(keyOf(row));
    if (group) group.push(row);
    else groups.set(keyOf(row), [row]);
  }
  return groups;
}
