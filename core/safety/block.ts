import { sql } from '#db/postgres.ts';
import { clock } from '#core/clock.ts';
import { withdrawVote } from '#core/decisions/withdraw.ts';
import { found } from '#core/errors.ts';
import { newId } from '#core/ids.ts';
import { takeMatchBack } from '#core/journey/acknowledge.ts';
import { saveJourneys } from '#core/journey/advance.ts';
import { voidPairings } from '#core/matching/exclusions.ts';
import { endRound } from '#core/rounds/end.ts';
import type { Ending } from '#core/rounds/outcome.ts';
import { isLive, lockRound, otherThan, participantOf, type LockedRound } from '#core/rounds/round.ts';
import { transaction, type Tx } from '#core/transaction.ts';
import { findBefore, isHidden, lockToHide, type Attempt } from './hiding.ts';

/** A person whom somebody does not want to meet again. */
export interface Block {
  id: string;
  match_id: string | null;
  display_name: string | null;
  created_at: Date;
}

/**
 * Hides two people from each other for good, from the next commit on: waiting, being paired, or in their call,
 * which ends. While deciding it makes the vote a skip. Repeating it changes and locks nothing.
 * @throws `not_found` for an unknown or a stranger's round
 */
export async function block(userId: string, roundId: string): Promise<Block> {
  const before = await findBefore(userId, roundId, clock.now());
  const id = before && isHidden(before) ? before.block_id : await hideAlone(userId, roundId, { before });
  const [made] = await readBlocks(userId, id);
  return found(made, 'block');
}

function hideAlone(userId: string, roundId: string, attempt: Attempt): Promise<string> {
  return transaction(async (tx) => {
    const locked = await lockToHide(tx, roundId, userId, attempt);
    const blockId = await hide(tx, locked, userId);
    await endTogether(tx, locked, { reason: 'block', by: [userId] });
    await withdrawVote(tx, locked, userId);
    return blockId;
  });
}

/**
 * Writes the block of a round's partner, voids a pairing of the two that is decided but not committed, and takes
 * back a match that one of them has not seen. Each such pairing has one of the blocker's side in it, so the other
 * side's guards stay as they are: bumping those would void their pairings with other people too.
 */
export async function hide(
  tx: Tx,
  { round, participants, journeys }: LockedRound,
  userId: string,
): Promise<string> {
  const me = participantOf(participants, userId);
  const other = otherThan(participants, userId);
  const row = await tx.one<{ id: string }>(
    `INSERT INTO blocks (id, blocker_id, blocker_device_id, blocked_id, blocked_device_id, round_id, created_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7)
     ON CONFLICT (blocker_id, blocked_id) DO UPDATE SET blocked_device_id = excluded.blocked_device_id
     RETURNING id`,
    [newId(), me.user_id, me.device_id, other.user_id, other.device_id, round.id, tx.now],
  );
  await voidPairings(tx, [me.user_id], [me.device_id]);
  for (const journey of journeys.values()) takeMatchBack(journey, round.id);
  await saveJourneys(tx, journeys.values());
  return found(row, 'block').id;
}

/**
 * Ends the round that the two are in now: the one that was named, or one that they were paired into since.
 * @returns the two as they are now
 */
export async function endTogether(tx: Tx, named: LockedRound, ending: Ending): Promise<LockedRound> {
  const locked = isLive(named.round) ? named : await lockLater(tx, named);
  if (locked) await endRound(tx, locked, ending);
  return locked ?? named;
}

async function lockLater(tx: Tx, { round }: LockedRound): Promise<LockedRound | undefined> {
  const live = await tx.one<{ id: string }>(
    `SELECT id FROM rounds WHERE user1_id = $1 AND user2_id = $2 AND status IN ('waiting', 'active')`,
    [round.user1_id, round.user2_id],
  );
  return live && lockRound(tx, live.id); // `lockToHide` has locked both
}

/** Everybody whom this person has blocked, newest first. */
export const listBlocks = (userId: string): Promise<Block[]> => readBlocks(userId);

/**
 * Takes a block back; the other one's, if there is one, stays.
 * @throws `not_found` for an unknown or a stranger's block
 */
export async function unblock(userId: string, blockId: string): Promise<void> {
  const [gone] = await sql('DELETE FROM blocks WHERE id = $1 AND blocker_id = $2 RETURNING id', [
    blockId,
    userId,
  ]);
  found(gone, 'block');
}

const readBlocks = (userId: string, id: string | null = null): Promise<Block[]> =>
  sql<Block>(
    `SELECT b.id, b.round_id AS match_id, u.display_name, b.created_at
       FROM blocks b
       LEFT JOIN users u ON u.id = b.blocked_id
      WHERE b.blocker_id = $1 AND ($2::uuid IS NULL OR b.id = $2)
      ORDER BY b.created_at DESC, b.id DESC`,
    [userId, id],
  );
