import { sql } from '#db/postgres.ts';
import { clock } from '#core/clock.ts';
import type { State } from '#core/journey/journey.ts';
import { settings } from '#core/settings.ts';

interface Asked {
  /** Now, unless given. */
  time?: Date | undefined;
  state?: State | undefined;
  limit: number;
  /** Where the page before ended: the id of its last person. */
  cursor?: string | undefined;
}

interface Present {
  user_id: string;
  user_name: string | null;
  state: State;
  since: Date;
  round_id: string | null;
  session_id: string | null;
}

/**
 * Who was active at an instant, and where: the last step that each had taken by then. A person under way takes a
 * step at least as often as a wait or a call may last, so older steps need not be read.
 */
export async function presentAt(asked: Asked) {
  const time = asked.time ?? clock.now();
  const rows = await sql<Present>(statement, [
    ...[time, clock.after(-longestStay(), time), asked.state ?? null],
    ...[asked.cursor ?? null, asked.limit + 1],
  ]);
  const people = rows.slice(0, asked.limit);
  return { time, people, next_cursor: rows.length > asked.limit ? (people.at(-1)?.user_id ?? null) : null };
}

const slackSeconds = 600; // a sweeper that was away

const longestStay = (): number =>
  Math.max(settings.longestWaitSeconds, settings.roundSeconds + settings.decisionSeconds) + slackSeconds;

/** Takes $1 the instant, $2 since when steps are read, $3 a state, $4 the cursor, $5 how many. */
const statement = `
  WITH last AS (
    SELECT DISTINCT ON (e.user_id) e.user_id, e.version, e.to_state AS state, e.round_id, e.session_id
      FROM journey_events e
     WHERE e.at <= $1 AND e.at > $2 AND ($4::uuid IS NULL OR e.user_id > $4)
     ORDER BY e.user_id, e.version DESC
  )
  SELECT l.user_id, u.display_name AS user_name, l.state, came.at AS since,
         CASE WHEN l.state <> 'WAITING' THEN l.round_id END AS round_id, l.session_id
    FROM (SELECT * FROM last WHERE state <> 'IDLE' AND ($3::text IS NULL OR state = $3)
           ORDER BY user_id LIMIT $5) AS l
    JOIN LATERAL (SELECT b.at FROM journey_events b
                   WHERE b.user_id = l.user_id AND b.version <= l.version AND b.from_state <> b.to_state
                   ORDER BY b.version DESC LIMIT 1) AS came ON true
    LEFT JOIN users u ON u.id = l.user_id
   ORDER BY l.user_id`;
