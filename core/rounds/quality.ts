import { Counter } from 'prom-client';
import { sql } from '#db/postgres.ts';
import { clock } from '#core/clock.ts';
import { found } from '#core/errors.ts';
import { metrics } from '#core/metrics.ts';
import { rules } from '#core/rules.ts';

const connections = new Counter({
  name: 'minuet_call_connections_total',
  help: 'Sides of video calls by what came of connecting: connected, or no_route when no way was found for sound and picture',
  labelNames: ['outcome'],
  registers: [metrics],
});

/** What a client measured of its call: milliseconds, loss from 0 to 1, number of stalls. */
export interface Quality {
  setup_ms?: number | undefined;
  rtt_ms?: number | undefined;
  loss?: number | undefined;
  stalls?: number | undefined;
  relayed?: boolean | undefined;
  no_route?: boolean | undefined;
}

/**
 * Keeps the latest measurement of each kind with the participant's row. What comes long after the end changes
 * nothing: the hour may have been closed.
 * @throws `not_found` for an unknown or a stranger's round
 */
export async function noteQuality(userId: string, roundId: string, quality: Quality): Promise<void> {
  const [row] = await sql<{ was_connected: boolean; was_without: boolean }>(
    `UPDATE round_participants p
        SET quality = CASE WHEN r.ended_at < $4 THEN p.quality ELSE coalesce(p.quality, '{}') || $3::jsonb END
       FROM rounds r, round_participants before
      WHERE p.round_id = $1 AND p.user_id = $2 AND r.id = p.round_id
        AND before.round_id = p.round_id AND before.user_id = p.user_id
  RETURNING coalesce(before.quality ? 'setup_ms', false) AS was_connected,
            coalesce((before.quality ->> 'no_route')::boolean, false) AS was_without`,
    [roundId, userId, JSON.stringify(quality), clock.after(-rules.qualityWithinMinutes * 60)],
  );
  const { was_connected, was_without } = found(row, 'round');
  if (quality.setup_ms !== undefined && !was_connected) connections.inc({ outcome: 'connected' });
  if (quality.no_route && !was_without) connections.inc({ outcome: 'no_route' });
}
