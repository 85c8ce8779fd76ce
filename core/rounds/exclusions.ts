import { touchJourney, type Draft } from '#core/commands/draft.ts';
import { newId } from '#core/ids.ts';
import type { Participant } from '#core/store/round.ts';

/** Until when two people are kept apart: for the session of the one it is remembered for, or until an instant. */
export type Term = { session: true } | { until: Date };

/**
 * Keeps the two of a round apart, either for as long as their sessions last or until an instant. Accounts and devices
 * are both remembered; the matchmaker looks in either direction.
 */
export function exclude(
  draft: Draft,
  [a, b]: readonly Participant[],
  reason: 'met' | 'not_joined',
  term: Term,
): void {
  if (!a || !b) return;
  excludeOneWay(draft, a, b, reason, term);
  excludeOneWay(draft, b, a, reason, term);
}

/** As `exclude`, remembered on behalf of one of the two. */
export function excludeOneWay(
  draft: Draft,
  me: Participant,
  other: Participant,
  reason: 'met' | 'not_joined' | 'skip_vote',
  term: Term,
): void {
  draft.writes.push({
    table: 'exclusions',
    how: 'insert',
    row: {
      id: newId(),
      user_id: me.user_id,
      device_id: me.device_id,
      other_user_id: other.user_id,
      other_device_id: other.device_id,
      round_id: me.round_id,
      reason,
      session_id: 'session' in term ? me.session_id : null,
      until: 'session' in term ? null : term.until,
    },
  });
}

/**
 * Makes void any pairing that has been decided but not committed for this person and everybody at this device. Clients
 * cannot see it: a version would tell a person that something has happened to them.
 */
export function voidPairings(draft: Draft, userId: string, deviceId?: string): void {
  touchJourney(draft, userId);
  for (const { user_id, device_id } of draft.facts.journeys.values())
    if (device_id === deviceId) touchJourney(draft, user_id);
}
