import { sql } from '#db/postgres.ts';
import { clock } from '#core/clock.ts';
import { command } from '#core/commands/command.ts';
import { roundIn, type Draft } from '#core/commands/draft.ts';
import { groupBy } from '#core/groupBy.ts';
import { lastArrived, lastSeen, watchedSince } from '#core/views/presence.ts';
import { settings } from '#core/settings.ts';
import { endBySilence, type Judged } from '#core/rounds/lose.ts';
import { participantOf } from '#core/store/round.ts';
import { atOnce, each } from './rounds.ts';

interface Silent {
  round_id: string;
  user_id: string;
  pool: string;
  since: Date;
}

interface Quiet extends Silent {
  version: number;
}

/**
 * Cancels the rounds of which a participant has not shown a sign of life since they were paired. A request that was
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
    const silent = some.filter(
      (one, index) => one.since.getTime() >= watched && (arrived[index] ?? 0) < one.since.getTime(),
    );
    const heard = some.filter((one) => !silent.includes(one));
    await Promise.all(heard.map(hear));
    const culprits = groupBy(silent, (one) => one.round_id);
    await each(culprits.keys(), (roundId) => {
      const by = (culprits.get(roundId) ?? []).map((one) => one.user_id);
      return endBySilence(notAcknowledged(roundId, by));
    });
  }
}

/** These people have shown no sign of life since they were paired, unless one of them has since. */
export const notAcknowledged = (roundId: string, by: readonly string[]): Judged => ({
  roundId,
  reason: 'not_acknowledged',
  by,
  unless: ({ round, participants }) =>
    round.status !== 'waiting' ||
    by.some((userId) => participantOf(participants, userId).acknowledged_at !== null),
});

const hear = command({
  name: 'hear',
  needs: ({ round_id }: Silent) => ({ rounds: [round_id] }),
  rule: hearRule,
  effects: 'left',
});

/** The rule of `cancelUnacknowledged` for a person of whom a request has arrived. */
export function hearRule(draft: Draft, { round_id, user_id }: Pick<Silent, 'round_id' | 'user_id'>): void {
  participantOf(roundIn(draft, round_id).participants, user_id).acknowledged_at ??= draft.now;
}

/**
 * Releases the partners of those who left their page and did not come back within the grace. When the record is
 * younger than the leave beacon (Redis was emptied) it is unknown whether they came back: then they must be lost first.
 */
export async function releaseLeft(): Promise<void> {
  const left = await sql<Silent>(
    `SELECT p.round_id, p.user_id, r.pool, p.left_at AS since
       FROM round_participants p
       JOIN rounds r ON r.id = p.round_id
      WHERE p.live AND p.left_at <= $1
      ORDER BY p.left_at
      LIMIT ${atOnce}`,
    [clock.after(-settings.leaveGraceSeconds)],
  );
  for (const [pool, some] of groupBy(left, (one) => one.pool)) {
    const watched = await watchedSince(pool);
    const arrived = await lastArrived(
      pool,
      some.map((one) => one.user_id),
    );
    const back = some.filter((one, index) => (arrived[index] ?? 0) > one.since.getTime());
    await Promise.all(back.map(takeLeaveBack));
    const gone = groupBy(
      some.filter((one) => !back.includes(one) && one.since.getTime() >= watched),
      (one) => one.round_id,
    );
    await each(gone.keys(), (roundId) => release(gone.get(roundId) ?? []));
  }
}

/** The first of the two to leave has ended the round for both. */
async function release([first]: Silent[]): Promise<void> {
  if (first) await endBySilence(hasLeft(first));
}

type Left = Pick<Silent, 'round_id' | 'user_id' | 'since'>;

/** This person has left their page, unless they have come back or left again since. */
export const hasLeft = ({ round_id, user_id, since }: Left): Judged => ({
  roundId: round_id,
  reason: 'left',
  by: [user_id],
  unless: ({ participants }) => participantOf(participants, user_id).left_at?.getTime() !== since.getTime(),
});

const takeLeaveBack = command({
  name: 'take_leave_back',
  needs: ({ round_id }: Silent) => ({ rounds: [round_id] }),
  rule: takeLeaveBackRule,
  effects: 'left',
});

/** The rule of `releaseLeft` for a person who has come back. */
export function takeLeaveBackRule(draft: Draft, { round_id, user_id, since }: Left): void {
  const participant = participantOf(roundIn(draft, round_id).participants, user_id);
  if (participant.left_at?.getTime() === since.getTime()) participant.left_at = null;
}

/**
 * Ends the rounds of people of whom no request has been open for the time that counts as lost. Their silence
 * before they were paired does not count: a person who polls seldom has the time of the acknowledgement all the same.
 */
export async function releaseLost(): Promise<void> {
  const before = clock.after(-settings.lostAfterSeconds);
  const quiet = await sql<Quiet>(
    `SELECT j.round_id, j.user_id, j.pool, j.last_seen_at AS since, j.version
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
    const lost = groupBy(
      some.filter((_, index) => (seen[index] ?? 0) <= before.getTime()),
      (one) => one.round_id,
    );
    await each(lost.keys(), (roundId) => endBySilence(areLost(roundId, lost.get(roundId) ?? [])));
  }
}

/** These people are lost, unless one of them has done anything since, a rejoin say: then the next sweep judges again. */
export const areLost = (roundId: string, quiet: readonly Pick<Quiet, 'user_id' | 'version'>[]): Judged => ({
  roundId,
  reason: 'stale',
  by: quiet.map((one) => one.user_id),
  unless: (_, { facts }) => quiet.some((one) => facts.journeys.get(one.user_id)?.version !== one.version),
});
