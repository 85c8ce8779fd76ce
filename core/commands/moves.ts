import { Problem } from '#core/errors.ts';
import { sessionChange, type Journey } from '#core/journey/advance.ts';
import type { Changes, Write } from '#core/store/commit.ts';
import type { Facts } from '#core/store/facts.ts';

/**
 * A copy of a person's journey, for `advance` to move.
 * @throws `unauthenticated` when the account is gone
 */
export function journeyIn(facts: Facts, userId: string): Journey {
  const fact = facts.journeys.get(userId);
  if (!fact) throw new Problem('unauthenticated', 'This account no longer exists');
  const { guard: _, changed_at: __, published_version: ___, ...journey } = fact;
  return { ...journey, events: [] };
}

/**
 * What journeys that were copied from the facts have become, as changes: each is guarded, whether it moved or not, and
 * those that moved bring their history and what their steps mean for the sessions.
 * @param now the instant of the steps
 */
export function movesOf(facts: Facts, journeys: readonly Journey[], now: Date): Changes {
  const guards = journeys.map(({ user_id }) => ({
    owner: 'journeys' as const,
    id: user_id,
    guard: facts.journeys.get(user_id)?.guard ?? 0,
  }));
  const writes = journeys
    .filter(({ events }) => events.length > 0)
    .flatMap(({ events, ...row }): Write[] => [
      { table: 'journeys', how: 'update', row: { ...row, changed_at: now } },
      ...events.map((step): Write => ({ table: 'journey_events', how: 'insert', row: { ...step, at: now } })),
      ...lastChanges(events.flatMap(sessionChange)).map(({ id, status, reason }): Write => ({
        table: 'sessions',
        how: 'update',
        row: { id, status, end_reason: reason, ended_at: status === 'ended' ? now : null },
      })),
    ]);
  return { guards, writes };
}

/** At most one write a row: of several changes to one session the last one counts. */
const lastChanges = <Change extends { id: string }>(changes: readonly Change[]): Change[] => [
  ...new Map(changes.map((change) => [change.id, change])).values(),
];
