import type { Journey } from '#core/journey/advance.ts';
import { viewOf, type View, type ViewRow } from '#core/views/view.ts';
import { partnerOf } from '#core/store/round.ts';
import { restrictionOf } from '#core/store/facts.ts';
import type { Draft } from './draft.ts';

/**
 * The views of those whom a draft has moved, as they are once it is committed. Nothing that a view shows can have
 * changed meanwhile: each such change moves the person's version, and with it their guard.
 * @returns by user id; null for a person of whom not everything was loaded
 */
export const viewsOf = (draft: Draft): Map<string, View | null> =>
  new Map(
    [...draft.journeys.values()]
      .filter(({ events }) => events.length > 0)
      .map((journey) => {
        const row = rowOf(draft, journey);
        return [journey.user_id, row && viewOf(row, draft.now)];
      }),
  );

function rowOf(draft: Draft, journey: Journey): ViewRow | null {
  const { facts } = draft;
  const fact = facts.journeys.get(journey.user_id);
  const device = draft.devices.get(journey.device_id) ?? facts.devices.get(journey.device_id);
  const round = roundOf(draft, journey);
  const matchId = journey.match_notices[0] ?? null;
  if (!fact || !device || round === null) return null;
  return {
    ...journey,
    ...round,
    session_status: journey.session_id === null ? null : journey.state === 'IDLE' ? 'paused' : 'active',
    waiting_since: later(journey.waiting_since, votedUntil(draft, journey)),
    cooldown_until: later(journey.cooldown_until, device.cooldown_until),
    match_id: matchId,
    match_name: matchId && matchName(draft, journey, matchId),
    restriction: restrictionOf(facts, [journey.user_id, journey.device_id], draft.now),
    met: journey.state === 'WAITING' ? metIn(draft, journey) : [],
  };
}

/** What the view tells of the round; null when it was not loaded, or the partner is gone. */
function roundOf(draft: Draft, { user_id, round_id }: Journey): RoundPart | null {
  if (round_id === null) return noRound;
  const fact = draft.facts.rounds.get(round_id);
  const seen = draft.rounds.get(round_id) ?? fact;
  const me = seen?.participants.find((one) => one.user_id === user_id);
  const other = seen?.participants.find((one) => one.user_id !== user_id);
  const partner = other && draft.facts.accounts.get(other.user_id);
  if (!fact || !seen || !me || !partner) return null;
  const { round, votes } = seen;
  return {
    partner_id: other.user_id,
    seat: round.user1_id === user_id ? 1 : 2,
    mode: round.mode,
    round_status: round.status,
    ...{ score: fact.score, score_parts: fact.score_parts, matched_topics: fact.matched_topics },
    ...{ join_deadline_at: round.join_deadline_at, deadline_at: round.deadline_at },
    ...{ decide_until: round.decide_until, epoch: me.epoch, peer_epoch: other.epoch },
    my_decision: votes.get(user_id)?.decision ?? null,
    ...{ display_name: partner.display_name, birth_date: partner.birth_date },
    ...{ bio: partner.bio, interests: partner.interests },
  };
}

type RoundPart = Pick<
  ViewRow,
  | 'partner_id'
  | 'seat'
  | 'mode'
  | 'round_status'
  | 'score'
  | 'score_parts'
  | 'matched_topics'
  | 'join_deadline_at'
  | 'deadline_at'
  | 'decide_until'
  | 'epoch'
  | 'peer_epoch'
  | 'my_decision'
  | 'display_name'
  | 'birth_date'
  | 'bio'
  | 'interests'
>;

/** Nothing of it is shown without a round. */
const noRound = {} as RoundPart;

function votedUntil(draft: Draft, { user_id, voted_round_id }: Journey): Date | null {
  if (voted_round_id === null) return null;
  const seen = draft.rounds.get(voted_round_id) ?? draft.facts.rounds.get(voted_round_id);
  return seen ? seen.round.decide_until : (draft.facts.journeys.get(user_id)?.voted_until ?? null);
}

/** The match may have come about in this very draft. */
function matchName(draft: Draft, { user_id }: Journey, matchId: string): string | null {
  const known = draft.facts.journeys.get(user_id)?.match_names?.[matchId];
  if (known !== undefined) return known;
  const seen = draft.rounds.get(matchId);
  return (seen && draft.facts.accounts.get(partnerOf(seen.round, user_id))?.display_name) ?? null;
}

function metIn(draft: Draft, { user_id, session_id }: Journey): string[] {
  const fact = draft.facts.journeys.get(user_id);
  const before = fact?.session_id === session_id ? fact.met : [];
  const now = draft.writes.flatMap((write) =>
    write.table === 'exclusions' &&
    write.row.user_id === user_id &&
    write.row.session_id === session_id &&
    write.row.reason === 'met'
      ? [String(write.row.other_user_id)]
      : [],
  );
  return [...before, ...now];
}

const later = (a: Date | null, b: Date | null): Date | null => (a && b ? (a > b ? a : b) : (a ?? b));
