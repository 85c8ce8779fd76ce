import { sql } from '#db/postgres.ts';
import { found } from '#core/errors.ts';

/** What a client measured of its call: milliseconds, loss from 0 to 1, number of stalls. */
export interface Quality {
  setup_ms?: number | undefined;
  rtt_ms?: number | undefined;
  loss?: number | undefined;
  stalls?: number | undefined;
  relayed?: boolean | undefined;
}

/**
 * Keeps the latest measurement of each kind with the participant's row.
 * @throws `not_found` for an unknown or a stranger's round
 */
export async function noteQuality(userId: string, roundId: string, quality: Quality): Promise<void> {
  const [row] = await sql(
    `UPDATE round_participants SET quality = coalesce(quality, '{}') || $3::jsonb
      WHERE round_id = $1 AND user_id = $2 RETURNING user_id`,
    [roundId, userId, JSON.stringify(quality)],
  );
  found(row, 'round');
}
