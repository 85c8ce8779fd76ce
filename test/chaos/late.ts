import type pg from 'pg';

/** When something was under way that keeps the house from ending rounds at all, ms since the epoch. */
export interface Outage {
  fromMs: number;
  untilMs: number;
}

/**
 * Rounds whose clock ran out and that ended more than two seconds after they could have been ended: after their
 * deadline, or after the outage that it fell into.
 * @param starvedMs by how much this machine was late with everything
 */
export async function lateRounds(
  database: pg.Client,
  outages: readonly Outage[],
  starvedMs: number,
): Promise<{ ended: number; worstMs: number; late: string[] }> {
  const { rows } = await database.query<{ id: string; deadline_ms: number; noted_ms: number }>(
    `SELECT r.id, extract(epoch FROM r.deadline_at)::float8 * 1000 AS deadline_ms,
            extract(epoch FROM max(e.at))::float8 * 1000 AS noted_ms
       FROM rounds r JOIN journey_events e ON e.round_id = r.id AND e.event = 'clock'
      GROUP BY r.id`,
  );
  let worstMs = 0;
  const late: string[] = [];
  for (const { id, deadline_ms, noted_ms } of rows) {
    const possibleMs = [...outages]
      .sort((a, b) => a.fromMs - b.fromMs)
      .reduce(
        (atMs, { fromMs, untilMs }) => (atMs + mostLateMs >= fromMs ? Math.max(atMs, untilMs) : atMs),
        deadline_ms,
      );
    worstMs = Math.max(worstMs, noted_ms - possibleMs);
    if (noted_ms - possibleMs > mostLateMs + starvedMs)
      late.push(
        `A round was ended ${Math.round(noted_ms - possibleMs)} ms late, its deadline was ${new Date(deadline_ms).toISOString()}: ${id}`,
      );
  }
  return { ended: rows.length, worstMs, late };
}

const mostLateMs = 2_000;
