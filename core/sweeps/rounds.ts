import { sql } from '#db/postgres.ts';
import { clock } from '#core/clock.ts';
import { settleDue } from '#core/decisions/settle.ts';
import { log } from '#core/log.ts';
import { settings } from '#core/settings.ts';
import { endDueRound } from '#core/rounds/end.ts';
import { endBySilence, type Judged } from '#core/rounds/lose.ts';
import { participantOf } from '#core/store/round.ts';

/** How many a sweep looks at. */
export const atOnce = 200;

/**
 * Ends the rounds whose time is up: the second line of defence of DESIGN section 4. SQL only: a Redis that hangs
 * keeps each effect for two seconds, and the next round would wait for it.
 */
export async function endDueRounds(): Promise<void> {
  const due = await ids(
    `SELECT id FROM rounds WHERE status = 'active' AND deadline_at <= $1 ORDER BY deadline_at`,
  );
  await each(due, endDueRound);
}

/** Closes the decision windows that are over. SQL only. */
export async function settleDueDecisions(): Promise<void> {
  const due = await ids(
    `SELECT id FROM rounds WHERE decide_until <= $1 AND settled_at IS NULL ORDER BY decide_until`,
  );
  await each(due, settleDue);
}

/** Cancels the rounds that one of the two did not join in time. SQL only. */
export async function cancelUnjoined(): Promise<void> {
  const due = await ids(`SELECT id FROM rounds WHERE status = 'waiting' AND join_deadline_at <= $1`);
  await each(due, cancelUnjoinedRound);
}

/** Cancels what has been waiting for minutes: nothing should, but a stuck pair must not stay stuck. */
export async function cancelAbandoned(): Promise<void> {
  const before = clock.after(-settings.abandonedAfterSeconds);
  const due = await ids(`SELECT id FROM rounds WHERE status = 'waiting' AND matched_at <= $1`, before);
  await each(due, cancelUnjoinedRound);
}

async function cancelUnjoinedRound(roundId: string): Promise<void> {
  const absent = await sql<{ user_id: string }>(
    'SELECT user_id FROM round_participants WHERE round_id = $1 AND joined_at IS NULL',
    [roundId],
  );
  await endBySilence(
    notJoined(
      roundId,
      absent.map((row) => row.user_id),
    ),
  );
}

/** These people have not joined, unless one of them has since: then the next sweep judges again. */
export const notJoined = (roundId: string, by: readonly string[]): Judged => ({
  roundId,
  reason: 'not_joined',
  by,
  unless: ({ round, participants }) =>
    round.status !== 'waiting' || by.some((userId) => participantOf(participants, userId).joined_at !== null),
});

async function ids(statement: string, at: Date = clock.now()): Promise<string[]> {
  const rows = await sql<{ id: string }>(`${statement} LIMIT ${atOnce}`, [at]);
  return rows.map((row) => row.id);
}

/** Does something with each round: one that hangs or cannot be ended does not delay the others. */
export async function each(
  roundIds: Iterable<string>,
  verb: (roundId: string) => Promise<unknown>,
): Promise<void> {
  await Promise.all(
    [...roundIds].map((roundId) =>
      verb(roundId).catch((err: unknown) =>
        log.error({ err, round_id: roundId }, 'a round could not be dealt with; the next sweep tries again'),
      ),
    ),
  );
}
