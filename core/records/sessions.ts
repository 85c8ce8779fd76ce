import { sql } from '#db/postgres.ts';
import type { Me } from '#core/accounts/token.ts';
import type { State } from '#core/journey/journey.ts';
import type { SearchMode } from '#core/rules.ts';
import { whose } from './whose.ts';

interface Session {
  session_id: string;
  status: 'active' | 'paused' | 'ended';
  mode: SearchMode;
  started_at: Date;
  ended_at: Date | null;
  end_reason: string | null;
  match_count: number;
  people_met: number;
  mutual_count: number;
}

/** The open session of a person and where they are in it; null when they are not searching. */
export async function currentSession(userId: string) {
  const [session] = await sql<Session & { state: State; state_version: number }>(
    `SELECT ${columns}, j.state, j.version AS state_version
       FROM sessions s JOIN journeys j ON j.user_id = s.user_id ${counts}
      WHERE s.user_id = $1 AND s.status <> 'ended'`,
    [userId],
  );
  return { session: session ?? null };
}

interface Asked {
  user_id?: string | undefined;
  limit: number;
  /** Where the page before ended: the id of its last session. */
  cursor?: string | undefined;
}

/**
 * One's own sessions, newest first; a moderator may ask for another person's.
 * @throws `forbidden` for another person's without the role
 */
export async function sessionHistory(me: Me, asked: Asked) {
  const rows = await sql<Session>(
    `SELECT ${columns}
       FROM (SELECT * FROM sessions s
              WHERE s.user_id = $1
                AND ($2::uuid IS NULL
                     OR (s.started_at, s.id) < (SELECT c.started_at, c.id FROM sessions c WHERE c.id = $2))
              ORDER BY s.started_at DESC, s.id DESC LIMIT $3) AS s ${counts}
      ORDER BY s.started_at DESC, s.id DESC`,
    [await whose(me, asked.user_id), asked.cursor ?? null, asked.limit + 1],
  );
  const sessions = rows.slice(0, asked.limit);
  const next_cursor = rows.length > asked.limit ? (sessions.at(-1)?.session_id ?? null) : null;
  return { sessions, next_cursor };
}

const columns = `s.id AS session_id, s.status, s.mode, s.started_at, s.ended_at, s.end_reason,
  c.match_count, c.people_met, c.mutual_count`;

/** No partner is met twice in a session, unless REMATCH says so: partners are counted, not rounds. */
const counts = `
  CROSS JOIN LATERAL (
    SELECT count(*)::integer AS match_count, count(r.mutual_at)::integer AS mutual_count,
           (count(DISTINCT CASE WHEN r.user1_id = p.user_id THEN r.user2_id ELSE r.user1_id END)
              FILTER (WHERE r.started_at IS NOT NULL))::integer AS people_met
      FROM round_participants p JOIN rounds r ON r.id = p.round_id
     WHERE p.session_id = s.id) AS c`;
