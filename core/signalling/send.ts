import { Problem, type ProblemCode } from '#core/errors.ts';
import { publish } from '#core/views/publish.ts';
import { roundFor } from '#core/rounds/read.ts';
import { refuseRestricted } from '#core/restrictions/statement.ts';
import { append, type Delivery, type Letter } from '#core/mailbox/mailbox.ts';
import type { OutgoingSignal } from '#core/mailbox/signal.ts';

/** What the sender is told: everything up to `acked` has arrived, but for `dropped`: stale for the partner's page. */
export interface Sent {
  acked: number;
  dropped: number;
  epoch: number;
  peer_epoch: number;
}

/**
 * Sends signals to the partner of a live round. Idempotent on (user, epoch, client_seq).
 * @param epochs of the sender's page and of the partner's that they are meant for; null: the latest
 * @throws `not_found` for an unknown or a stranger's round; `round_over`; `not_joined`; `replaced` from an
 *   older page; `mailbox_full`
 */
export async function send(
  userId: string,
  roundId: string,
  signals: readonly OutgoingSignal[],
  epochs: { epoch: number | null; peerEpoch: number | null },
): Promise<Sent> {
  const letters = signals.map(({ client_seq, type, data }) => ({ once: client_seq ?? null, type, data }));
  const delivery = await deliver(userId, roundId, letters, epochs);
  if (delivery.code === 'taken') {
    const { acked, dropped, epoch, peerEpoch } = delivery;
    return { acked, dropped, epoch, peer_epoch: peerEpoch };
  }
  throw new Problem(refusals[delivery.code], undefined, { acked: delivery.acked });
}

const refusals = {
  no_view: 'unavailable',
  not_live: 'round_over',
  not_joined: 'not_joined',
  ahead: 'not_joined',
  replaced: 'replaced',
  full: 'mailbox_full',
} as const satisfies Record<Exclude<Delivery['code'], 'taken'>, ProblemCode>;

/** Refusals that a view explains which is missing or behind: Redis was emptied or away. */
const doubtful: readonly Delivery['code'][] = ['no_view', 'not_live', 'not_joined', 'ahead'];

/**
 * Appends to the partner's mailbox; no request is refused because of a view that Postgres has not confirmed.
 * @throws `restricted`; `unauthenticated` when the account is gone
 */
export async function deliver(
  userId: string,
  roundId: string,
  letters: readonly Letter[],
  { epoch, peerEpoch }: { epoch: number | null; peerEpoch: number | null },
): Promise<Delivery> {
  const { pool, partnerId } = await roundFor(userId, roundId);
  const route = { pool, roundId, writerId: userId, readerId: partnerId };
  const delivery = await append(route, letters, epoch, peerEpoch);
  if (!doubtful.includes(delivery.code)) return delivery;
  await confirm(userId);
  const confirmed = await append(route, letters, epoch, peerEpoch);
  if (confirmed.code === 'no_view') await confirm(userId); // erased since
  return confirmed;
}

/** Brings the view up to what Postgres says. */
async function confirm(userId: string): Promise<void> {
  const [view] = await publish([userId]);
  if (!view) throw new Problem('unauthenticated', 'This account no longer exists');
  refuseRestricted(view.restriction);
}
