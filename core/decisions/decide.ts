import { sql } from '#db/postgres.ts';
import { settings } from '#core/settings.ts';
import type { Decision, Ratings } from '#core/rules.ts';
import { clock } from '#core/clock.ts';
import { found, Problem } from '#core/errors.ts';
import { tellMatch } from '#core/journey/acknowledge.ts';
import { advance, saveJourneys } from '#core/journey/advance.ts';
import { excludeOneWay, voidPairings, type Term } from '#core/matching/exclusions.ts';
import { admitVoters } from '#core/matching/voters.ts';
import { endRound } from '#core/rounds/end.ts';
import {
  isLive,
  isOver,
  lockBoth,
  otherThan,
  participantOf,
  type LockedRound,
  type Round,
} from '#core/rounds/round.ts';
import { transaction, type Tx } from '#core/transaction.ts';
import { takeRatings } from './settle.ts';

/** What the person who voted may know: a `continue` is pending until the window closes, all else has passed. */
export type Outcome = 'pending' | 'mutual' | 'passed';

/**
 * One secret vote after a round that the clock ended. Two continues settle at once; everything else waits for
 * the window to close and changes nothing that the partner can read. Repeating a vote repeats its answer.
 * @throws `not_found` for an unknown or a stranger's round; `decision_closed` before a clock end, after any
 *   other, or after the window; `already_decided` when the vote differs from the first
 */
export async function decide(
  userId: string,
  roundId: string,
  decision: Decision,
  ratings?: Ratings,
): Promise<Outcome> {
  const known = await answerWithoutLocks(userId, roundId, decision);
  if (known) return known;
  return transaction(async (tx) => {
    const locked = await lockBoth(tx, roundId, userId);
    const { round } = locked;
    if (isLive(round) && isOver(round, tx.now)) await endRound(tx, locked, { reason: 'clock', by: [] });
    const blockedAt = await blockBetween(tx, round);
    if (blockedAt) tx.follows(blockedAt);
    const votes = await votesOf(tx, roundId);
    const mine = votes.get(userId);
    if (mine !== undefined && mine !== decision) throw new Problem('already_decided');
    if (mine !== undefined) return outcomeOf(locked, decision);
    if (!isOpen(round, tx.now)) throw new Problem('decision_closed');
    await tx.sql(
      'INSERT INTO decisions (round_id, user_id, decision, ratings, decided_at) VALUES ($1, $2, $3, $4, $5)',
      [
        roundId,
        userId,
        decision,
        ratings && Object.keys(ratings).length > 0 ? JSON.stringify(ratings) : null,
        tx.now,
      ],
    );
    await afterVote(tx, locked, userId, decision);
    // A block that came first forbids it, silently.
    if (decision === 'continue' && [...votes.values()].includes('continue') && !blockedAt)
      await makeMutual(tx, locked);
    await saveJourneys(tx, locked.journeys.values());
    await admitVoters(tx, round, 2, tx.now);
    return outcomeOf(locked, decision);
  });
}

/**
 * Answers a repeat, and refuses a vote that comes too late, without locking anybody: the matchmaker skips a person
 * whose row is locked.
 * @returns null when this vote may change something
 */
async function answerWithoutLocks(
  userId: string,
  roundId: string,
  decision: Decision,
): Promise<Outcome | null> {
  const [seen] = await sql<Round & { decision: Decision | null }>(
    `SELECT r.*, d.decision FROM rounds r LEFT JOIN decisions d ON d.round_id = r.id AND d.user_id = $2
      WHERE r.id = $1 AND $2 IN (r.user1_id, r.user2_id)`,
    [roundId, userId],
  );
  const round = found(seen, 'round');
  if (round.decision !== null && round.decision !== decision) throw new Problem('already_decided');
  if (round.decision !== null) return outcomeOf({ round }, decision);
  if (!isLive(round) && !isOpen(round, clock.now())) throw new Problem('decision_closed');
  return null;
}

const isOpen = (round: Round, now: Date): boolean =>
  round.end_reason === 'clock' &&
  round.decide_until !== null &&
  now < round.decide_until &&
  !round.settled_at;

async function votesOf(tx: Tx, roundId: string): Promise<Map<string, Decision>> {
  const rows = await tx.sql<{ user_id: string; decision: Decision }>(
    'SELECT user_id, decision FROM decisions WHERE round_id = $1',
    [roundId],
  );
  return new Map(rows.map((row) => [row.user_id, row.decision]));
}

/** The voter waits, outside the pool until the other has voted too; a skip keeps the two apart for a while. */
async function afterVote(
  tx: Tx,
  { round, participants, journeys }: LockedRound,
  userId: string,
  decision: Decision,
) {
  const journey = journeys.get(userId);
  if (journey?.state === 'DECIDING' && journey.round_id === round.id)
    advance(journey, 'voted', { waiting_since: tx.now, voted_round_id: round.id });
  if (decision !== 'skip') return;
  const me = participantOf(participants, userId);
  await excludeOneWay(tx, me, otherThan(participants, userId), round.id, 'skip_vote', skipTerm(tx.now));
  await voidPairings(tx, [userId], []); // a late voter may be waiting again, and just being paired with the other
}

/** How long a skip vote keeps two people apart: so many days, or with 0 as long as the voter's session. */
export const skipTerm = (now: Date, days = settings.skipMemoryDays): Term =>
  days > 0 ? { until: clock.after(days * 24 * 3600, now) } : { session: true };

/** When one of the two has blocked the other, if one has. */
async function blockBetween(tx: Tx, { user1_id, user2_id }: Round): Promise<Date | undefined> {
  const block = await tx.one<{ created_at: Date }>(
    `SELECT created_at FROM blocks
      WHERE (blocker_id = $1 AND blocked_id = $2) OR (blocker_id = $2 AND blocked_id = $1)
      ORDER BY created_at DESC LIMIT 1`,
    [user1_id, user2_id],
  );
  return block?.created_at;
}

/** Both said yes. */
async function makeMutual(tx: Tx, { round, journeys }: LockedRound): Promise<void> {
  Object.assign(round, { mutual_at: tx.now, settled_at: tx.now });
  await tx.sql('UPDATE rounds SET mutual_at = $2, settled_at = $2 WHERE id = $1', [round.id, tx.now]);
  await takeRatings(tx, round);
  for (const journey of journeys.values()) tellMatch(journey, round.id);
}

function outcomeOf({ round }: Pick<LockedRound, 'round'>, decision: Decision): Outcome {
  if (round.mutual_at) return 'mutual';
  return decision === 'continue' && !round.settled_at ? 'pending' : 'passed';
}
