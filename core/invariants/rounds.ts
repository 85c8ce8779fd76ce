/**
 * What must never be true of rounds. Each query finds what breaks its sentence; see check.ts for $1 to $4.
 */
export const ofRounds: Record<string, string> = {
  'Somebody sits in two live rounds': `
    SELECT user_id FROM round_participants WHERE live GROUP BY user_id HAVING count(*) > 1`,

  'Somebody was in two rounds at once': `
    SELECT user_id, id, ended_at, next_id, next_matched_at FROM (
      SELECT p.user_id, r.id, r.ended_at, lead(r.id) OVER w AS next_id, lead(r.matched_at) OVER w AS next_matched_at
        FROM round_participants p JOIN rounds r ON r.id = p.round_id
      WINDOW w AS (PARTITION BY p.user_id ORDER BY r.matched_at, r.id)) t
     WHERE next_id IS NOT NULL
       AND (ended_at IS NULL OR ended_at > next_matched_at + make_interval(secs => $3))`,

  'A round has other than two distinct participants in order': `
    SELECT r.id FROM rounds r LEFT JOIN round_participants p ON p.round_id = r.id
     GROUP BY r.id
    HAVING r.user1_id >= r.user2_id OR count(p.user_id) <> 2
        OR array_agg(p.user_id ORDER BY p.user_id) <> ARRAY[r.user1_id, r.user2_id]`,

  'A round is live and its seats are not, or the other way round': `
    SELECT r.id, r.status, p.user_id, p.live FROM rounds r JOIN round_participants p ON p.round_id = r.id
     WHERE p.live <> (r.status IN ('waiting', 'active'))`,

  'A round has not ended exactly once for one of its two': `
    SELECT r.id, r.end_reason, p.user_id, count(e.version) AS endings
      FROM rounds r JOIN round_participants p ON p.round_id = r.id
      JOIN journeys j ON j.user_id = p.user_id
      LEFT JOIN journey_events e ON e.round_id = r.id AND e.user_id = p.user_id
       AND e.from_state IN ('CONNECTING', 'IN_CALL') AND e.to_state NOT IN ('CONNECTING', 'IN_CALL')
     WHERE r.matched_at > $4
     GROUP BY r.id, p.user_id
    HAVING count(e.version) <> CASE WHEN r.ended_at IS NULL THEN 0 ELSE 1 END`,

  'An ending was another one for one of the two': `
    SELECT r.id, r.end_reason, r.ended_by, e.user_id, e.event
      FROM rounds r JOIN journey_events e ON e.round_id = r.id
       AND e.from_state IN ('CONNECTING', 'IN_CALL') AND e.to_state NOT IN ('CONNECTING', 'IN_CALL')
     WHERE replace(e.event, '_and_go_on', '') IS DISTINCT FROM CASE
             WHEN r.end_reason = 'clock' THEN 'clock'
             WHEN r.ended_by IS NULL OR r.ended_by = e.user_id THEN replace(r.end_reason, 'stale', 'lost')
             ELSE 'partner_' || replace(r.end_reason, 'stale', 'lost') END`,

  'Somebody was led elsewhere after a call than its ending says': `
    SELECT user_id, event, after FROM (
      SELECT user_id, event, to_state, lead(event) OVER (PARTITION BY user_id ORDER BY version) AS after
        FROM journey_events WHERE event NOT IN ('pause_asked', 'pause_withdrawn', 'match_told', 'match_seen',
                                                'profile', 'restriction_changed', 'recovered')) e
     WHERE to_state = 'DISCONNECTING'
       AND (after = 'retired' AND event NOT IN ('end', 'flag')
         OR after = 'requeued' AND event IN ('end', 'flag'))`,

  'A round started twice for somebody': `
    SELECT round_id, user_id, count(*) FROM journey_events
     WHERE event = 'started' GROUP BY round_id, user_id HAVING count(*) > 1`,

  'A round started before both had joined, or not when both had': `
    SELECT r.id, r.started_at, array_agg(p.joined_at) AS joined
      FROM rounds r JOIN round_participants p ON p.round_id = r.id
     GROUP BY r.id
    HAVING (r.started_at IS NOT NULL) <> bool_and(p.joined_at IS NOT NULL) OR r.started_at <> max(p.joined_at)`,

  'A deadline has moved': `
    SELECT id, started_at, deadline_at FROM rounds
     WHERE deadline_at <> started_at + make_interval(secs => $2)`,

  'A round goes on two seconds after its deadline': `
    SELECT id, deadline_at FROM rounds
     WHERE status = 'active' AND deadline_at < $1::timestamptz - interval '2 seconds'`,

  'A round lasted longer than its time, or the clock ended it at another instant': `
    SELECT id, ended_at, deadline_at, end_reason FROM rounds
     WHERE ended_at > deadline_at OR (end_reason = 'clock' AND ended_at IS DISTINCT FROM deadline_at)`,

  'A round ended before it began, or was ended by somebody else': `
    SELECT id, matched_at, started_at, ended_at, ended_by FROM rounds
     WHERE ended_at < greatest(matched_at, started_at) - make_interval(secs => $3)
        OR ended_by NOT IN (user1_id, user2_id)`,

  'A round that never started is not cancelled, or one that did is': `
    SELECT id, status, started_at FROM rounds
     WHERE ended_at IS NOT NULL AND (status = 'cancelled') <> (started_at IS NULL)`,

  'A round has waited to be joined for twenty seconds too long': `
    SELECT id, join_deadline_at FROM rounds
     WHERE status = 'waiting' AND join_deadline_at < $1::timestamptz - interval '20 seconds'`,
};
