import { anyOf, prepared, sql } from '#db/postgres.ts';
import type { Seat } from '#db/keys.ts';
import { clock } from '#core/clock.ts';
import { presentMatch, roleOf } from '#core/present.ts';
import type { Decision, RoundMode } from '#core/rules.ts';
import { longestRestriction } from '#core/restrictions/restricted.ts';
import { presentStatement, type Statement, type StatementRow } from '#core/restrictions/statement.ts';
import type { Notice } from '#core/journey/advance.ts';
import { inLiveRound, type RoundStatus, type State } from '#core/journey/journey.ts';

/** What a poll answers, less what depends on the moment (queue place, remaining time). */
export interface View {
  user_id: string;
  pool: string;
  version: number;
  state: State;
  session_id: string | null;
  parked: boolean;
  waiting_since_ms: number;
  /** Since when they are counted in the queue, ms, perhaps in the future; 0: they are not. */
  queued_from_ms: number;
  cooldown_until_ms: number;
  /** The version with which something appeared that the person must have seen before going on; 0 = nothing. */
  notice_version: number;
  round: RoundView | null;
  /** What keeps them out, if anything does; see refuseRestricted. */
  restriction: Statement | null;
  /** While waiting: whom they met in this session and are kept from for as long as it lasts. A poll reads only Redis' copy. */
  met: string[];
  /** In wire form already. */
  body: ViewBody;
}

/** The round that the person is in, or has just been in. */
export interface RoundView {
  id: string;
  partner_id: string;
  seat: Seat;
  role: 'offerer' | 'answerer';
  mode: RoundMode;
  status: RoundStatus;
  epoch: number;
  peer_epoch: number;
  /** When the round's clock ends it, ms; 0 while it has not started. */
  deadline_ms: number;
  /** When the decision window closes, ms; 0 outside it. */
  decide_until_ms: number;
}

export interface ViewBody {
  match_found: boolean;
  state: State;
  state_version: number;
  session_id: string | null;
  session_status: 'active' | 'paused' | 'ended' | 'none';
  message: string;
  match_data: ReturnType<typeof presentMatch> | null;
  decision: { match_id: string; my_decision: Decision | null } | null;
  notice: Notice | MatchNotice | null;
}

/** Two people said yes: shown wherever the person is, until seen. */
export interface MatchNotice {
  match_id: string;
  reason: 'mutual';
  initiated_by: 'system';
  target_state: State;
  partner_name: string;
}

/** Builds the views of these people from Postgres, in one statement. People without a journey are left out. */
export async function readViews(userIds: readonly string[]): Promise<View[]> {
  const now = clock.now();
  const rows = await sql<ViewRow>(statement, [userIds, now]);
  return rows.map((row) => viewOf(row, now));
}

/** What a view is made of. */
export interface ViewRow {
  user_id: string;
  pool: string;
  state: State;
  version: number;
  session_id: string | null;
  session_status: 'active' | 'paused' | null;
  parked: boolean;
  pause_asked: boolean;
  waiting_since: Date | null;
  cooldown_until: Date | null;
  notice: Notice | null;
  match_id: string | null;
  match_name: string | null;
  match_notice_version: number | null;
  round_id: string | null;
  partner_id: string;
  seat: Seat;
  mode: RoundMode;
  round_status: RoundStatus;
  score: number;
  score_parts: Record<string, number>;
  matched_topics: string[];
  join_deadline_at: Date;
  deadline_at: Date | null;
  decide_until: Date | null;
  epoch: number;
  peer_epoch: number;
  my_decision: Decision | null;
  display_name: string;
  birth_date: string;
  bio: string;
  interests: string[];
  restriction: StatementRow | null;
  met: string[];
}

/** It is assumed that no person has met both more people than that and everybody who is here. */
const mostMet = 200;

const statement = prepared(`
  SELECT j.user_id, j.pool, j.state, j.version, j.session_id, j.parked, j.pause_asked, j.notice,
         greatest(j.waiting_since, v.decide_until) AS waiting_since,
         greatest(j.cooldown_until, d.cooldown_until) AS cooldown_until,
         j.match_notices[1] AS match_id, j.match_notice_version, mu.display_name AS match_name,
         s.status AS session_status,
         j.round_id, CASE WHEN r.user1_id = j.user_id THEN 1 ELSE 2 END AS seat, r.mode, r.status AS round_status,
         r.score, r.score_parts, r.matched_topics, r.join_deadline_at, r.deadline_at, r.decide_until,
         p.epoch, q.user_id AS partner_id, q.epoch AS peer_epoch, c.decision AS my_decision,
         u.display_name, u.birth_date::text AS birth_date, u.bio, u.interests,
         ARRAY(SELECT x.other_user_id FROM exclusions x
                WHERE j.state = 'WAITING' AND x.session_id = j.session_id AND x.user_id = j.user_id
                  AND x.reason = 'met' LIMIT ${mostMet}) AS met,
         ${longestRestriction('j.user_id, j.device_id', '$2::timestamptz')} AS restriction
    FROM journeys j
    JOIN devices d ON d.id = j.device_id
    LEFT JOIN sessions s ON s.id = j.session_id
    LEFT JOIN rounds r ON r.id = j.round_id
    LEFT JOIN rounds v ON v.id = j.voted_round_id
    LEFT JOIN round_participants p ON p.round_id = r.id AND p.user_id = j.user_id
    LEFT JOIN round_participants q ON q.round_id = r.id AND q.user_id <> j.user_id
    LEFT JOIN users u ON u.id = q.user_id
    LEFT JOIN decisions c ON c.round_id = r.id AND c.user_id = j.user_id
    LEFT JOIN rounds m ON m.id = j.match_notices[1]
    LEFT JOIN users mu ON mu.id = CASE WHEN m.user1_id = j.user_id THEN m.user2_id ELSE m.user1_id END
   WHERE j.user_id = ${anyOf('$1::uuid[]')}`);

/** A view of what is known about a person. */
export function viewOf(row: ViewRow, now: Date): View {
  return {
    user_id: row.user_id,
    pool: row.pool,
    version: row.version,
    state: row.state,
    session_id: row.session_id,
    parked: row.parked,
    waiting_since_ms: row.waiting_since?.getTime() ?? 0,
    queued_from_ms: queuedFrom(row)?.getTime() ?? 0,
    cooldown_until_ms: row.cooldown_until?.getTime() ?? 0,
    notice_version: noticeVersion(row),
    round: row.round_id === null ? null : roundView(row, row.round_id),
    restriction: row.restriction && presentStatement(row.restriction),
    met: row.met,
    body: {
      match_found: inLiveRound(row.state),
      state: row.state,
      state_version: row.version,
      session_id: row.session_id,
      session_status: row.session_status ?? 'none',
      message: message(row),
      match_data: inLiveRound(row.state)
        ? presentMatch({ ...row, round_id: row.round_id ?? '' }, row, now)
        : null,
      decision:
        row.state === 'DECIDING' ? { match_id: row.round_id ?? '', my_decision: row.my_decision } : null,
      notice: noticeOf(row),
    },
  };
}

/**
 * The queue as people see it takes both of a round when its window closes, whether and when they have voted. What
 * matching knows of them (core/decisions/voters.ts) is not shown.
 */
function queuedFrom(row: ViewRow): Date | null {
  if (row.parked) return null;
  if (row.state === 'WAITING') return row.waiting_since;
  return row.state === 'DECIDING' && !row.pause_asked && row.match_id === null ? row.decide_until : null;
}

const roundView = (row: ViewRow, id: string): RoundView => ({
  id,
  partner_id: row.partner_id,
  seat: row.seat,
  role: roleOf(row.seat),
  mode: row.mode,
  status: row.round_status,
  epoch: row.epoch,
  peer_epoch: row.peer_epoch,
  deadline_ms: row.deadline_at?.getTime() ?? 0,
  decide_until_ms: row.decide_until?.getTime() ?? 0,
});

/** The end of a call comes first, then a match; an ending told while waiting covers neither. */
function noticeOf(row: ViewRow): Notice | MatchNotice | null {
  if (row.state === 'DISCONNECTING' || row.match_id === null) return row.notice;
  return {
    match_id: row.match_id,
    reason: 'mutual',
    initiated_by: 'system',
    target_state: row.state,
    partner_name: row.match_name ?? '',
  };
}

function noticeVersion(row: ViewRow): number {
  if (row.state === 'DISCONNECTING') return row.version;
  return row.match_id === null ? 0 : (row.match_notice_version ?? row.version);
}

function message(row: ViewRow): string {
  switch (row.state) {
    case 'IDLE':
      return row.session_status === 'paused' ? 'Your search is paused' : 'You are not searching';
    case 'WAITING':
      return 'Looking for somebody for you';
    case 'CONNECTING':
      return `Connecting you with ${row.display_name}`;
    case 'IN_CALL':
      return `You are talking with ${row.display_name}`;
    case 'DECIDING':
      return `Would you like to see ${row.display_name} again?`;
    case 'DISCONNECTING':
      return 'The round is over';
  }
}
