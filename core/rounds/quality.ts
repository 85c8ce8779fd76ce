import { sql } from '#db/postgres.ts';
import { clock } from '#core/clock.ts';
import { found } from '#core/errors.ts';
import { rules } from '#core/rules.ts';

/** What a client measured of its call: milliseconds, loss from 0 to 1, number of stalls. */
export interface Quality {
  setup_ms?: number | undefined;
  rtt_ms?: number | undefined;
  loss?: number | undefined;
  stalls?: number | undefined;
  relayed?: boolean | undefined;
}

/**
 * Keeps the latest measurement of each kind with the participant's row. What comes long after the end changes
 * nothing: the hour may have been closed.
 * @throws `not_found` for an unknown or a stranger's round
 */
export async function noteQuality(userId: string, roundId: string, quality: Quality): Promise<void> {
  const [row] = await sql(
    `UPDATE round_participants p
        SET quality = CASE WHEN r.ended_at < $4 THEN p.quality ELSE coalesce(p.quality, '{}') || $3::jsonb END
       FROM rounds r
      WHERE p.round_id = $1 AND p.user_id = $2 AND r.id = p.round_id RETURNING p.user_id`,
    [roundId, userId, JSON.stringify(quality), clock.after(-rules.qualityWithinMinutes * 60)],
  );
  found(row, 'round');
}
