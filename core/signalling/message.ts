import { newId } from '#core/ids.ts';
import { Problem } from '#core/errors.ts';
import type { RoundStatus } from '#core/journey/journey.ts';
import { isLive, isOver } from '#core/store/round.ts';
import { roundFor } from '#core/rounds/read.ts';
import { transaction } from '#core/transaction.ts';
import { sql } from '#db/postgres.ts';
import { deliver } from './send.ts';

/** A chat line as both people see it. */
export interface ChatLine {
  id: string;
  text: string;
  created_at: Date;
}

/**
 * Says something in a round that has started. The line is saved first, since it is evidence and in a text round
 * it is the date; then it reaches the partner through their mailbox.
 * @param key makes it idempotent: the same key repeats the same line, and delivers it if that had failed
 * @throws `not_found` for an unknown or a stranger's round; `round_not_started`; `round_over`;
 *   `idempotency_mismatch`; `mailbox_full`
 */
export async function say(
  userId: string,
  roundId: string,
  text: string,
  key: string = newId(),
): Promise<ChatLine> {
  await roundFor(userId, roundId);
  const line = await save(userId, roundId, text, key);
  const letter = { once: `line-${line.id}`, type: 'message', data: line };
  const delivery = await deliver(userId, roundId, [letter], { epoch: null, peerEpoch: null });
  if (delivery.code === 'full') throw new Problem('mailbox_full');
  if (delivery.code === 'not_joined') throw new Problem('not_joined');
  if (delivery.code === 'no_view') throw new Problem('unavailable');
  return line;
}

async function save(userId: string, roundId: string, text: string, key: string): Promise<ChatLine> {
  return transaction(async (tx) => {
    // The share lock waits for an ending that is being committed: no line is saved after the end.
    const round = await tx.one<{ status: RoundStatus; deadline_at: Date | null }>(
      'SELECT status, deadline_at FROM rounds WHERE id = $1 FOR SHARE',
      [roundId],
    );
    const known = await tx.one<ChatLine>(
      'SELECT id, text, created_at FROM chat_lines WHERE round_id = $1 AND user_id = $2 AND key = $3',
      [roundId, userId, key],
    );
    if (known) return same(known, text);
    if (!round || !isLive(round) || isOver(round, tx.now)) throw new Problem('round_over');
    if (round.status === 'waiting') throw new Problem('round_not_started');
    const line = { id: newId(), text, created_at: tx.now };
    const [inserted] = await tx.sql<ChatLine>(
      `INSERT INTO chat_lines (id, round_id, user_id, key, text, created_at) VALUES ($1, $2, $3, $4, $5, $6)
       ON CONFLICT (round_id, user_id, key) DO UPDATE SET key = EXCLUDED.key
       RETURNING id, text, created_at`,
      [line.id, roundId, userId, key, text, tx.now],
    );
    return same(inserted ?? line, text);
  });
}

/** What was saved under this key, whether before or by a request that overtook this one. */
function same(line: ChatLine, text: string): ChatLine {
  if (line.text !== text) throw new Problem('idempotency_mismatch');
  return line;
}

/** All lines of a round in the order in which they were said: what a refreshed page needs to go on. */
export async function linesOf(userId: string, roundId: string): Promise<(ChatLine & { mine: boolean })[]> {
  return sql(
    `SELECT id, text, created_at, user_id = $2 AS mine FROM chat_lines WHERE round_id = $1 ORDER BY created_at, id`,
    [roundId, userId],
  );
}
