import { randomBytes } from 'node:crypto';
import { keys } from '#db/keys.ts';
import { script } from '#db/redis.ts';
import { clock } from '#core/clock.ts';
import { log } from '#core/log.ts';
import { rules } from '#core/rules.ts';
import { settings } from '#core/settings.ts';
import { formatCursor } from './signal.ts';

/** Who writes to whom in which round. */
export interface Route {
  pool: string;
  roundId: string;
  writerId: string;
  readerId: string;
}

/** One entry for the reader's log; its number within the writer's epoch, or a tag, makes it idempotent. */
export interface Letter {
  once: number | string | null;
  type: string;
  data: unknown;
}

/** What became of a batch. */
export type Delivery =
  | { code: 'taken'; acked: number; dropped: number; epoch: number; peerEpoch: number }
  | { code: 'no_view' | 'not_live' | 'not_joined' | 'ahead' | 'replaced' | 'full'; acked: number };

const codes = new Map<number, Delivery['code']>([
  [1, 'taken'],
  [0, 'no_view'],
  [-1, 'not_live'],
  [-2, 'not_joined'],
  [-3, 'replaced'],
  [-4, 'full'],
  [-6, 'ahead'],
]);

const openScript = script<[generation: string, from: number]>('open');
const appendScript =
  script<[code: number, last: number, dropped: number, epoch: number, peer: number]>('append');

const newGeneration = (): string => randomBytes(6).toString('hex');

/** A mailbox outlives its round, whose end shortens it; the longest round and its windows are well inside. */
const keepSeconds = (): number => Math.ceil(settings.roundSeconds + settings.connectSeconds + 3600);

/**
 * Opens the mailbox of the person who joins.
 * @returns where to read from, or null when Redis did not answer
 */
export async function openMailbox(
  pool: string,
  roundId: string,
  readerId: string,
  epoch: number,
): Promise<string | null> {
  try {
    const [generation, seq] = await openScript(
      [keys.mailbox(pool, roundId, readerId), keys.sent(pool, roundId, readerId)],
      [newGeneration(), epoch, keepSeconds()],
    );
    return formatCursor({ generation, seq });
  } catch (err) {
    log.warn({ err, round_id: roundId }, 'a mailbox could not be opened');
    return null;
  }
}

/**
 * Appends letters to the partner's mailbox, in order, in one round trip.
 * @param epoch the writer's page; null: their latest
 * @param peerEpoch the partner's page that they are meant for; null: their latest, 0: their first
 */
export async function append(
  { pool, roundId, writerId, readerId }: Route,
  letters: readonly Letter[],
  epoch: number | null,
  peerEpoch: number | null,
): Promise<Delivery> {
  const createdAt = clock.now().toISOString();
  const [code, acked, dropped, mine, peer] = await appendScript(
    [
      keys.view(pool, writerId),
      keys.mailbox(pool, roundId, readerId),
      keys.sent(pool, roundId, writerId),
      keys.presence(pool),
    ],
    [
      ...[writerId, readerId, roundId, clock.ms(), epoch ?? '', peerEpoch ?? '', capFor(letters)],
      ...[newGeneration(), keepSeconds(), keys.wake(), pool],
      ...letters.flatMap(({ once, type, data }) => [
        once ?? '',
        JSON.stringify({ type, data, created_at: createdAt }),
      ]),
    ],
  );
  return { code: codes.get(code) ?? 'not_live', acked, dropped, epoch: mine, peerEpoch: peer };
}

/** Most entries, and most bytes, that the mailbox may have with these: signals leave room for chat. */
function capFor(letters: readonly Letter[]): string {
  const { mailboxSignals, mailboxChatMessages, mailboxBytes, mailboxChatBytes } = rules;
  return letters.some(({ type }) => type === 'message')
    ? `${mailboxSignals + mailboxChatMessages} ${mailboxBytes}`
    : `${mailboxSignals} ${mailboxBytes - mailboxChatBytes}`;
}

const expireScript = script<number>('expire');

/** A round has ended: its mailboxes can be read for another minute. */
export async function closeMailboxes(round: {
  id: string;
  pool: string;
  user1_id: string;
  user2_id: string;
}): Promise<void> {
  const boxes = [round.user1_id, round.user2_id].flatMap((userId) => [
    keys.mailbox(round.pool, round.id, userId),
    keys.sent(round.pool, round.id, userId),
  ]);
  await expireScript(boxes, [rules.mailboxReadAfterEndSeconds]);
}
