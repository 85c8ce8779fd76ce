import { command } from '#core/commands/command.ts';
import { journeyIn, type Draft } from '#core/commands/draft.ts';
import { advance, type Journey } from './advance.ts';

interface Seen {
  userId: string;
  noticeVersion: number;
}

const acknowledgeCommand = command({
  name: 'acknowledge',
  needs: ({ userId }: Seen) => ({ people: [userId] }),
  rule: acknowledgeRule,
});

/**
 * The person has seen a notice of their view: the end of a call lets them go on to where it says, a match is put
 * away and the next one shown. A notice that has appeared since has not been seen, whatever else they know.
 * @param noticeVersion of the view that told it
 * @returns whether anything moved
 */
export const acknowledge = (userId: string, noticeVersion: number): Promise<boolean> =>
  acknowledgeCommand({ userId, noticeVersion });

/** The rule of `acknowledge`. */
export function acknowledgeRule(draft: Draft, { userId, noticeVersion }: Seen): boolean {
  const journey = journeyIn(draft, userId);
  if (journey.state === 'DISCONNECTING' && journey.version <= noticeVersion) leaveRound(journey, draft.now);
  else if (journey.match_notice_version !== null && journey.match_notice_version <= noticeVersion)
    putMatchAway(journey);
  else return false;
  return true;
}

/** From DISCONNECTING to where the notice says; the wait begins anew. */
export function leaveRound(journey: Journey, now: Date): void {
  if (journey.notice?.target_state === 'IDLE') advance(journey, 'retired');
  else advance(journey, 'requeued', { waiting_since: now });
}

/** Shows a match wherever the person is; while waiting, they are outside the pool until they have seen it. */
export function tellMatch(journey: Journey, roundId: string): void {
  advance(journey, 'match_told', {
    match_notices: [...journey.match_notices, roundId],
    match_notice_version: journey.match_notice_version ?? journey.version + 1,
    parked: journey.state === 'WAITING',
  });
}

/** A match that one of the two has taken back is not told any more; a person who waits comes in with their next request. */
export function takeMatchBack(journey: Journey, roundId: string): void {
  if (!journey.match_notices.includes(roundId)) return;
  const rest = journey.match_notices.filter((one) => one !== roundId);
  advance(journey, 'match_seen', {
    match_notices: rest,
    match_notice_version: rest.length > 0 ? journey.version + 1 : null,
  });
}

function putMatchAway(journey: Journey): void {
  const [, ...rest] = journey.match_notices;
  advance(journey, 'match_seen', {
    match_notices: rest,
    match_notice_version: rest.length > 0 ? journey.version + 1 : null,
    parked: journey.parked && rest.length > 0,
  });
}

const comeBackCommand = command({
  name: 'come_back',
  needs: (userId: string) => ({ people: [userId] }),
  rule: comeBackRule,
});

/**
 * A person who waited outside the pool shows a sign of life and is let in again, at their old place.
 * @returns whether they came in
 */
export const comeBack = (userId: string): Promise<boolean> => comeBackCommand(userId);

/** The rule of `comeBack`. */
export function comeBackRule(draft: Draft, userId: string): boolean {
  const journey = journeyIn(draft, userId);
  if (!journey.parked || journey.match_notices.length > 0) return false;
  advance(journey, 'back_in_pool', { parked: false, last_seen_at: draft.now });
  return true;
}
