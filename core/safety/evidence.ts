import { keys } from '#db/keys.ts';
import { redis } from '#db/redis.ts';
import type { DraftRound } from '#core/commands/draft.ts';
import type { Tx } from '#core/transaction.ts';

/*
 * What the server itself knows about a round when it is flagged: who, when, where each one was, what was written,
 * how much was signalled. No media: none ever passes through here.
 */

/** The part of the evidence that is at hand once the round is read. */
export const evidenceAtHand = (
  tx: Tx,
  { round, participants }: DraftRound,
  signals: SignalCounts,
): object => ({
  gathered_at: tx.now,
  round,
  participants: participants.map(({ user_id, device_id, acknowledged_at, joined_at, epoch, left_at }) => ({
    ...{ user_id, device_id, acknowledged_at, joined_at, epoch, left_at },
  })),
  signals,
});

/**
 * SQL: the whole evidence. Each step of the two and each line that was written join what is at hand.
 * @param atHand an expression of type jsonb
 * @param round an expression: the round's id
 */
export const evidenceAround = (atHand: string, round: string): string => `${atHand} || jsonb_build_object(
  'events', (SELECT coalesce(jsonb_agg(to_jsonb(e) ORDER BY e.at, e.version), '[]')
               FROM (SELECT user_id, event, from_state, to_state, at, version FROM journey_events
                      WHERE round_id = ${round}) e),
  'lines', (SELECT coalesce(jsonb_agg(to_jsonb(l) ORDER BY l.created_at, l.id), '[]')
              FROM (SELECT id, user_id, text, created_at FROM chat_lines WHERE round_id = ${round}) l))`;

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
