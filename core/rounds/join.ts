import { settings } from '#core/settings.ts';
import { clock } from '#core/clock.ts';
import { Problem } from '#core/errors.ts';
import { once } from '#core/idempotency.ts';
import { scheduleEnd } from '#core/jobs.ts';
import { advance, saveJourneys } from '#core/journey/advance.ts';
import { exclude } from '#core/matching/exclusions.ts';
import { roleOf } from '#core/present.ts';
import { openMailbox } from '#core/signalling/mailbox.ts';
import { transaction, type Tx } from '#core/transaction.ts';
import { endRound } from './end.ts';
import {
  isLive,
  isOver,
  lockRound,
  otherThan,
  participantOf,
  type LockedRound,
  type Round,
} from './round.ts';

/** What whoever joins needs to know. */
export interface Joined {
  round: Round;
  role: 'offerer' | 'answerer';
  /** Counts this person's pages: a refresh or a second tab gets the next one, and older ones are stale. */
  epoch: number;
  /** The partner's; 0 while they have not joined. */
  peerEpoch: number;
  /** Where to read signals from; null when Redis did not answer, then signals are read from the join. */
  cursor: string | null;
  /** What the join has made of the person's `state_version`: the first read of signals need not ask for it. */
  stateVersion: number;
}

/**
 * Joins a round, or joins it again. When both have joined the clock starts: it runs once, and its deadline
 * never moves.
 * @param page its Idempotency-Key: a repeat of its join, however late it arrives, is the same page and changes nothing.
 *   Without one each join is a page of its own, and a repeat that was held up on its way replaces the page that sent it
 * @throws `not_found` for an unknown or a stranger's round; `round_cancelled`; `round_over`; `idempotency_mismatch`
 */
export async function join(userId: string, roundId: string, page?: string): Promise<Joined> {
  const joined = await transaction(async (tx) => {
    const locked = await lockRound(tx, roundId, userId);
    const { round, participants, journeys } = locked;
    if (isLive(round) && isOver(round, tx.now)) await endRound(tx, locked, { reason: 'clock', by: [] });
    if (!isLive(round)) return { round, epoch: 0, peerEpoch: 0, stateVersion: 0 };
    const asked = { scope: `join:${userId}`, key: page, request: { round: roundId } };
    const { epoch } = await once(tx, asked, () => takeSeat(tx, locked, userId));
    const peerEpoch = otherThan(participants, userId).epoch;
    return { round, epoch, peerEpoch, stateVersion: journeys.get(userId)?.version ?? 0 };
  });
  if (!isLive(joined.round))
    throw new Problem(joined.round.status === 'cancelled' ? 'round_cancelled' : 'round_over');
  return {
    ...joined,
    role: roleOf(joined.round.user1_id === userId ? 1 : 2),
    cursor: await openMailbox(joined.round.pool, roundId, userId, joined.epoch),
  };
}

/** Another page of theirs, and the only one that counts from now on. */
async function takeSeat(tx: Tx, locked: LockedRound, userId: string): Promise<{ epoch: number }> {
  const { round, participants } = locked;
  const me = participantOf(participants, userId);
  const peer = otherThan(participants, userId);
  me.epoch += 1;
  await tx.sql(
    `UPDATE round_participants
        SET epoch = $3, joined_at = coalesce(joined_at, $4), acknowledged_at = coalesce(acknowledged_at, $4),
            left_at = NULL
      WHERE round_id = $1 AND user_id = $2`,
    [round.id, userId, me.epoch, tx.now],
  );
  if (round.status === 'waiting' && peer.joined_at) await start(tx, locked);
  else await remark(tx, locked, userId);
  return { epoch: me.epoch };
}

/** Both are there: the call begins, and each now excludes the other. */
async function start(tx: Tx, { round, participants, journeys }: LockedRound): Promise<void> {
  const deadline = clock.after(settings.roundSeconds, tx.now);
  Object.assign(round, { status: 'active', started_at: tx.now, deadline_at: deadline });
  await tx.sql(
    `UPDATE rounds SET status = 'active', started_at = $2, deadline_at = $3 WHERE id = $1 AND started_at IS NULL`,
    [round.id, tx.now, deadline],
  );
  const [a, b] = participants;
  if (a && b && settings.rematch === 'session')
    await exclude(tx, { a, b, roundId: round.id }, 'met', { session: true });
  for (const journey of journeys.values()) advance(journey, 'started');
  await saveJourneys(tx, journeys.values());
  tx.afterCommit(() => scheduleEnd(round.id, deadline));
}

/** One has joined, or joined again: the partner's client must hear of the new epoch at once. */
async function remark(tx: Tx, { journeys }: LockedRound, userId: string): Promise<void> {
  for (const journey of journeys.values())
    advance(journey, journey.user_id === userId ? 'joined' : 'peer_joined');
  await saveJourneys(tx, journeys.values());
}
