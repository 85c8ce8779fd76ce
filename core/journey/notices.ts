import { advance, type Journey } from './advance.ts';

/* What people are told, and what is put away or taken back: nothing else writes notices of matches. */

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

/** The person has seen the match; the next one is shown. */
export function putMatchAway(journey: Journey): void {
  const [, ...rest] = journey.match_notices;
  advance(journey, 'match_seen', {
    match_notices: rest,
    match_notice_version: rest.length > 0 ? journey.version + 1 : null,
    parked: journey.parked && rest.length > 0,
  });
}
