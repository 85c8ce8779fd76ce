import { keys } from '#db/keys.ts';
import { redis } from '#db/redis.ts';
import type { Round } from '#core/rounds/round.ts';
import type { Tx } from '#core/transaction.ts';

/**
 * What the server itself knows about a round when it is flagged: who, when, where each one was, what was
 * written, how much was signalled. No media: none ever passes through here.
 */
export async function gatherEvidence(tx: Tx, round: Round, signals: SignalCounts): Promise<object> {
  const participants = await tx.sql(
    `SELECT user_id, device_id, acknowledged_at, joined_at, epoch, left_at FROM round_participants
      WHERE round_id = $1 ORDER BY user_id`,
    [round.id],
  );
  const events = await tx.sql(
    `SELECT user_id, event, from_state, to_state, at FROM journey_events WHERE round_id = $1 ORDER BY at, version`,
    [round.id],
  );
  const lines = await tx.sql(
    'SELECT id, user_id, text, created_at FROM chat_lines WHERE round_id = $1 ORDER BY created_at, id',
    [round.id],
  );
  return { gathered_at: tx.now, round, participants, events, lines, signals };
}

/** Signals received by user id; null when Redis could not say. */
export type SignalCounts = Record<string, number> | null;

/** Counts the signals of a round: asked before the transaction, since a flag never waits for Redis. */
export async function countSignals(
  pool: string,
  roundId: string,
  userIds: readonly string[],
): Promise<SignalCounts> {
  try {
    const counts = await Promise.all(
      userIds.map((userId) => redis.llen(keys.mailbox(pool, roundId, userId))),
    );
    return Object.fromEntries(
      userIds.map((userId, index) => [userId, Math.max(0, (counts[index] ?? 0) - 1)]),
    );
  } catch {
    return null;
  }
}
