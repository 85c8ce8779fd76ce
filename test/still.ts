import { sql } from '#db/postgres.ts';
import type { Player } from './cast.ts';

/** Everything about where somebody is, less what signs of life alone change: two equal ones say that nothing has happened. */
export async function whereabouts({ id }: Player): Promise<object> {
  const [row] = await sql(
    `SELECT j.user_id, j.device_id, j.pool, j.state, j.version, j.session_id, j.round_id, j.waiting_since, j.parked,
            j.pause_asked, j.notice, j.match_notices, j.match_notice_version, j.early_exits, j.cooldown_until,
            (SELECT count(*) FROM journey_events e WHERE e.user_id = j.user_id) AS steps
       FROM journeys j WHERE j.user_id = $1`,
    [id],
  );
  return row!;
}
