import { sql } from '#db/postgres.ts';
import { clock } from '#core/clock.ts';
import { saveDraft } from '#core/commands/locked.ts';
import { found } from '#core/errors.ts';
import { newId } from '#core/ids.ts';
import { otherThan, participantOf } from '#core/store/round.ts';
import { transaction, type Tx } from '#core/transaction.ts';
import { findBefore, hide, isHidden, lockToHide, type Attempt, type Locked } from './hiding.ts';

/** A person whom another does not want to meet again. */
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

const hideAlone = (userId: string, roundId: string, attempt: Attempt): Promise<string> =>
  transaction(async (tx) => {
    const locked = await lockToHide(tx, roundId, userId, attempt);
    const blockId = await writeBlock(tx, locked, userId);
    hide(locked, userId, { reason: 'block', by: [userId] });
    await saveDraft(tx, locked.draft);
    return blockId;
  });

/**
 * Writes the block of a round's partner; a repeat has it reach the partner's device of this round.
 * @returns its id
 */
export async function writeBlock(
  tx: Tx,
  { seen: { round, participants } }: Locked,
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
  return found(row, 'block').id;
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
