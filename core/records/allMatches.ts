import { sql } from '#db/postgres.ts';
import { clock } from '#core/clock.ts';
import { found } from '#core/errors.ts';
import type { EndReason, JourneyEvent, RoundStatus, State } from '#core/journey/journey.ts';
import type { RoundMode } from '#core/rules.ts';
import { settings } from '#core/settings.ts';
import { durationSeconds, type Recorded } from './recorded.ts';

/** Which rounds a moderator asks for. */
export interface Asked {
  user_id?: string | undefined;
  session_id?: string | undefined;
  status?: RoundStatus | undefined;
  mode?: RoundMode | undefined;
  end_reason?: EndReason | undefined;
  mutual?: boolean | undefined;
  start_time?: Date | undefined;
  end_time?: Date | undefined;
  /** Calls that were under way at this instant. */
  active_at?: Date | undefined;
  limit: number;
  /** Where the page before ended: the id of its last round. */
  cursor?: string | undefined;
}

/** All rounds, newest first, as moderators see them: both sides, how it really ended, and no votes. */
export async function listAllMatches(asked: Asked) {
  const longest = settings.connectSeconds + settings.roundSeconds;
  const rows = await sql<Row>(page, [
    ...[asked.user_id ?? null, asked.session_id ?? null, asked.status ?? null, asked.mode ?? null],
    ...[asked.mutual ?? null, asked.start_time ?? null, asked.end_time ?? null, asked.active_at ?? null],
    asked.active_at ? clock.after(-longest - slackSeconds, asked.active_at) : null,
    ...[asked.cursor ?? null, asked.limit + 1, asked.end_reason ?? null],
  ]);
  const matches = rows.slice(0, asked.limit).map(present);
  return { matches, next_cursor: rows.length > asked.limit ? (matches.at(-1)?.match_id ?? null) : null };
}

/**
 * One round with every step that its two took in it.
 * @throws `not_found`
 */
export async function readTimeline(roundId: string) {
  const [row] = await sql<Row>(`${columns} FROM rounds r WHERE r.id = $1`, [roundId]);
  const timeline = await sql<Step>(
    `SELECT at, user_id, event, from_state, to_state FROM journey_events
      WHERE round_id = $1 ORDER BY at, user_id, version`,
    [roundId],
  );
  return { ...present(found(row, 'match')), timeline };
}

const slackSeconds = 3600; // a call whose clock the environment has since made shorter

interface Step {
  at: Date;
  user_id: string;
  event: JourneyEvent;
  from_state: State;
  to_state: State;
}

interface Side {
  user_id: string;
  user_name: string | null;
  session_id: string | null;
  waited_seconds: number | null;
  acknowledged_at: string | null;
  joined_at: string | null;
}

interface Row extends Recorded {
  match_id: string;
  flags: number;
  sides: Side[];
}

function present(recorded: Row) {
  const { score, ...row } = recorded;
  return {
    ...row,
    duration_seconds: durationSeconds(recorded),
    compatibility_score: Math.round(score),
    sides: row.sides.map((side) => ({
      ...side,
      acknowledged_at: instant(side.acknowledged_at),
      joined_at: instant(side.joined_at),
    })),
  };
}

/** JSON of PostgreSQL says +00:00. */
const instant = (text: string | null): Date | null => (text === null ? null : new Date(text));

const columns = `
  SELECT r.id AS match_id, r.mode, r.status, r.matched_at, r.started_at, r.ended_at, r.end_reason, r.ended_by,
         r.mutual_at, r.score, r.matched_topics,
         (SELECT count(*)::integer FROM flags f WHERE f.round_id = r.id) AS flags,
         (SELECT json_agg(json_build_object(
                   'user_id', s.user_id, 'user_name', u.display_name, 'session_id', p.session_id,
                   'waited_seconds', greatest(0, extract(epoch FROM r.matched_at - p.waiting_since)),
                   'acknowledged_at', p.acknowledged_at, 'joined_at', p.joined_at) ORDER BY s.seat)
            FROM (VALUES (1, r.user1_id), (2, r.user2_id)) AS s(seat, user_id)
            LEFT JOIN round_participants p ON p.round_id = r.id AND p.user_id = s.user_id
            LEFT JOIN users u ON u.id = s.user_id) AS sides`;

const page = `${columns}
    FROM (SELECT * FROM rounds r
           WHERE ($1::uuid IS NULL OR r.user1_id = $1 OR r.user2_id = $1)
             AND ($2::uuid IS NULL OR r.id = ANY(ARRAY(SELECT s.round_id FROM round_participants s
                                                         WHERE s.session_id = $2)))
             AND ($3::text IS NULL OR r.status = $3)
             AND ($4::text IS NULL OR r.mode = $4)
             AND ($12::text IS NULL OR r.end_reason = $12)
             AND ($5::boolean IS NULL OR CASE WHEN $5 THEN r.mutual_at IS NOT NULL ELSE r.mutual_at IS NULL END)
             AND ($6::timestamptz IS NULL OR r.matched_at >= $6)
             AND ($7::timestamptz IS NULL OR r.matched_at < $7)
             AND ($8::timestamptz IS NULL OR (r.started_at <= $8 AND (r.ended_at IS NULL OR r.ended_at > $8)
                                              AND r.matched_at <= $8 AND r.matched_at > $9))
             AND ($10::uuid IS NULL
                  OR (r.matched_at, r.id) < (SELECT c.matched_at, c.id FROM rounds c WHERE c.id = $10))
           ORDER BY r.matched_at DESC, r.id DESC LIMIT $11) AS r
   ORDER BY r.matched_at DESC, r.id DESC`;
