/**
 * What statistics are made of: for each fact, which rows of a time it counts, under which key, and what they add up
 * to. The same words make a closed hour and count an open one, so the two cannot differ. Values that quantiles are
 * taken of are keys, rounded down to two significant digits (`two_digits`, db/migrations/0003_records.ts).
 *
 * Each takes the two parameters of its time and gives rows (at, key, total), one for each thing counted.
 */
export const facts = {
  /** Rounds by when they were matched: mode | status | end reason | both joined | mutual. */
  round: (from: string, to: string) => `
    SELECT matched_at AS at, 0 AS total,
           concat_ws('|', mode, status, coalesce(end_reason, ''), (started_at IS NOT NULL)::integer,
                     (mutual_at IS NOT NULL)::integer) AS key
      FROM rounds WHERE matched_at >= ${from} AND matched_at < ${to}`,

  /** Seconds that calls lasted. */
  duration: (from: string, to: string) => `
    SELECT at, seconds AS total, two_digits(seconds)::text AS key
      FROM (SELECT matched_at AS at, extract(epoch FROM ended_at - started_at) AS seconds FROM rounds
             WHERE matched_at >= ${from} AND matched_at < ${to}
               AND started_at IS NOT NULL AND ended_at IS NOT NULL) AS calls`,

  /** Seconds that each of the two had waited: mode | seconds. A secret voter waits from a later instant on. */
  wait: (from: string, to: string) => `
    SELECT at, seconds AS total, mode || '|' || two_digits(seconds) AS key
      FROM (SELECT r.matched_at AS at, r.mode,
                   greatest(0, extract(epoch FROM r.matched_at - p.waiting_since)) AS seconds
              FROM rounds r JOIN round_participants p ON p.round_id = r.id
             WHERE r.matched_at >= ${from} AND r.matched_at < ${to} AND p.waiting_since IS NOT NULL) AS waits`,

  /** Votes on rounds that the clock ended. */
  decision: (from: string, to: string) => `
    SELECT r.matched_at AS at, 0 AS total, d.decision AS key
      FROM rounds r JOIN decisions d ON d.round_id = r.id
     WHERE r.matched_at >= ${from} AND r.matched_at < ${to} AND r.end_reason = 'clock'`,

  /** Stays in a state by when they ended; their seconds. A stay begins with the step that led into the state. */
  stay: (from: string, to: string) => `
    SELECT e.at, extract(epoch FROM e.at - came.at) AS total, e.from_state AS key
      FROM journey_events e
      JOIN LATERAL (SELECT b.at FROM journey_events b
                     WHERE b.user_id = e.user_id AND b.version < e.version AND b.from_state <> b.to_state
                     ORDER BY b.version DESC LIMIT 1) AS came ON true
     WHERE e.at >= ${from} AND e.at < ${to} AND e.from_state <> e.to_state AND e.from_state <> 'IDLE'`,

  /** Sides of video calls that began, and what their clients told of them. */
  side: (from: string, to: string) => `
    SELECT r.matched_at AS at, coalesce((p.quality ->> 'stalls')::double precision, 0) AS total,
           concat_ws('|', (p.quality IS NOT NULL)::integer,
                     (coalesce((p.quality ->> 'stalls')::double precision, 0) > 0)::integer,
                     coalesce(p.quality ->> 'relayed', ''),
                     coalesce((p.quality ->> 'no_route')::boolean, false)::integer) AS key
      FROM rounds r JOIN round_participants p ON p.round_id = r.id
     WHERE r.matched_at >= ${from} AND r.matched_at < ${to} AND r.mode = 'video' AND r.started_at IS NOT NULL`,
  setup: measured('setup_ms'),
  rtt: measured('rtt_ms'),
  loss: measured('loss', 100),
} as const;

export type Fact = keyof typeof facts;

/** One figure of the clients' reports on video calls. */
function measured(field: string, times = 1) {
  return (from: string, to: string) => `
    SELECT at, value AS total, two_digits(value)::text AS key
      FROM (SELECT r.matched_at AS at, (p.quality ->> '${field}')::numeric * ${times} AS value
              FROM rounds r JOIN round_participants p ON p.round_id = r.id
             WHERE r.matched_at >= ${from} AND r.matched_at < ${to} AND r.mode = 'video'
               AND r.started_at IS NOT NULL AND p.quality ? '${field}') AS reports`;
}
