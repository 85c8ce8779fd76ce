import { roundIn, type Draft, type DraftRound } from '#core/commands/draft.ts';
import { lockDraft } from '#core/commands/locked.ts';
import { Problem } from '#core/errors.ts';
import { takeMatchBack } from '#core/journey/notices.ts';
import { journeyIfAny, journeyIn } from '#core/commands/draft.ts';
import { voidPairings } from '#core/rounds/exclusions.ts';
import { endRound } from '#core/rounds/end.ts';
import type { Ending } from '#core/rounds/endings.ts';
import { withdrawVote } from '#core/decisions/withdraw.ts';
import { participantOf } from '#core/store/round.ts';
import { LostUpdate, type Tx } from '#core/transaction.ts';
import { sql } from '#db/postgres.ts';

/** What a flag or a block of a round's partner would find. */
export interface Found {
  partner_id: string;
  /** The caller's in this round. */
  device_id: string;
  ended_at: Date | null;
  /** The caller's flag of this round, if there is one. */
  flag_id: string | null;
  /** The caller's block of the partner, on the partner's device of this round, if there is one. */
  block_id: string | null;
  /** The round that the two are in now: this one, or one that they were paired into since. */
  live_round_id: string | null;
  /** The two are in a live round, or decide on this one, or have a match of it to see. */
  touches_partner: boolean;
}

/**
 * Reads, without a lock, what a flag or a block of this round would find.
 * @returns undefined when there is no such round, or the user is not in it
 */
export async function findBefore(
  userId: string,
  roundId: string,
  now: Date,
  tx?: Tx,
): Promise<Found | undefined> {
  const [row] = await sql<Found>(findStatement, [roundId, userId, now], tx?.raw);
  return row;
}

const findStatement = `
  SELECT p.user_id AS partner_id, m.device_id, r.ended_at, f.id AS flag_id, b.id AS block_id, l.id AS live_round_id,
         l.id IS NOT NULL
           OR (r.settled_at IS NULL AND r.decide_until > $3 AND d.decision IS DISTINCT FROM 'skip')
           OR EXISTS (SELECT 1 FROM journeys j
                       WHERE j.user_id IN (r.user1_id, r.user2_id) AND r.id = ANY (j.match_notices)) AS touches_partner
    FROM rounds r
    JOIN round_participants m ON m.round_id = r.id AND m.user_id = $2
    JOIN round_participants p ON p.round_id = r.id AND p.user_id <> $2
    LEFT JOIN rounds l
      ON l.user1_id = r.user1_id AND l.user2_id = r.user2_id AND l.status IN ('waiting', 'active')
    LEFT JOIN flags f ON f.round_id = r.id AND f.reporter_id = $2
    LEFT JOIN blocks b ON b.blocker_id = $2 AND b.blocked_id = p.user_id AND b.blocked_device_id = p.device_id
    LEFT JOIN decisions d ON d.round_id = r.id AND d.user_id = $2
   WHERE r.id = $1`;

/** What a command has read before it locks. */
export interface Attempt {
  before: Found | undefined;
}

/** Whether a block of this round's partner has nothing left to change. */
export const isHidden = ({ block_id, touches_partner }: Found): boolean =>
  block_id !== null && !touches_partner;

/** The two of a round, locked; the partner only while the command touches them. */
export interface Locked {
  draft: Draft;
  seen: DraftRound;
  before: Found;
}

/**
 * Locks what a flag or a block changes: both people while it touches the partner, else the caller alone. A person
 * whose row is locked is skipped by the matchmaker, so a caller may not lock the row of someone they are not with.
 * @param attempt what `findBefore` has read; read again, so that a repeated transaction takes the right locks
 * @throws LostUpdate when the two were paired, or matched, since: the transaction is repeated
 * @throws `not_found` for an unknown or a stranger's round; `unauthenticated` when the account is gone
 */
export async function lockToHide(tx: Tx, roundId: string, userId: string, attempt: Attempt): Promise<Locked> {
  const { before } = attempt;
  if (!before) throw new Problem('not_found', 'No such round');
  const draft = await lockDraft(tx, {
    people: before.touches_partner ? [userId, before.partner_id] : [userId],
    rounds: before.live_round_id === null ? [roundId] : [roundId, before.live_round_id],
    devices: [before.device_id],
  });
  journeyIn(draft, userId);
  // With the caller's journey locked the two can be neither paired nor matched: what is read now stays true.
  const now = await findBefore(userId, roundId, tx.now, tx);
  attempt.before = now;
  if (now?.live_round_id !== before.live_round_id || (now.touches_partner && !before.touches_partner))
    throw new LostUpdate('The two came together between the look and the lock');
  return { draft, seen: roundIn(draft, roundId), before };
}

/**
 * The rule of a block and of a flag: voids a pairing of the two that is decided but not committed, takes back a match
 * that one of them has not seen, ends the round that they are in now, and makes an open vote a skip. Each such pairing
 * has one of the blocker's side in it, so the other side's guards stay as they are: bumping those would void their
 * pairings with other people too.
 */
export function hide({ draft, seen, before }: Locked, userId: string, ending: Ending): void {
  const { round, participants } = seen;
  voidPairings(draft, userId, participantOf(participants, userId).device_id);
  for (const { user_id } of participants) {
    if (user_id !== userId && !before.touches_partner) continue;
    const journey = journeyIfAny(draft, user_id);
    if (journey) takeMatchBack(journey, round.id);
  }
  endRound(draft, before.live_round_id ?? round.id, ending);
  withdrawVote(draft, seen, userId);
}
