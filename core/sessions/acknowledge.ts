import { command } from '#core/commands/command.ts';
import { journeyIn, type Draft } from '#core/commands/draft.ts';
import { advance } from '#core/journey/advance.ts';
import { leaveRound, putMatchAway } from '#core/journey/notices.ts';

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
 * away and the next one shown. A notice that has appeared since has not been seen, even if they know a later version.
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
