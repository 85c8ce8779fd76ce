import { reachedBefore } from './reached.ts';

const earlyExit = `x.end_reason IN ('skip', 'end', 'left', 'stale') AND (x.ended_by IS NULL OR x.ended_by = p.user_id)`;

/** When the last round that ran its full time ended, for each value of a column of the seat `p`: a person, a device. */
const lastFinished = (who: string): string => `
  SELECT ${who}, max(x.ended_at) AS at FROM rounds x JOIN round_participants p ON p.round_id = x.id
   WHERE x.end_reason = 'clock' AND x.ended_at > $4 GROUP BY ${who}`;

/** Whether they have left a round early since then. */
const leftSince = (who: string): string => `EXISTS (
  SELECT 1 FROM round_participants p JOIN rounds x ON x.id = p.round_id
   WHERE p.${who} = f.${who} AND ${earlyExit} AND x.ended_at >= f.at)`;

/** What must never be true of where people are, and of how they came there. */
export const ofJourneys: Record<string, string> = {
  // The oldest steps are forgotten after a while (retention): only of newcomers is the first one known. Recovery after
  // commits were lost jumps over the versions that were lost (journey/recover.ts).
  'A step is missing from a journey': `
    SELECT e.user_id, version, before FROM (
      SELECT user_id, version, event, lag(version) OVER w AS before, from_state, lag(to_state) OVER w AS was
        FROM journey_events WINDOW w AS (PARTITION BY user_id ORDER BY version)) e
      LEFT JOIN users u ON u.id = e.user_id
     WHERE version <> before + 1 AND event <> 'recovered' OR from_state <> was
        OR (before IS NULL AND u.created_at > $4 AND (version <> 2 AND event <> 'recovered' OR from_state <> 'IDLE'))`,

  'A step was taken before the one before it': `
    SELECT user_id, version, event, at, before FROM (
      SELECT user_id, version, event, at, lag(at) OVER (PARTITION BY user_id ORDER BY version) AS before
        FROM journey_events) e
     WHERE at < before - make_interval(secs => $3)`,

  'A journey is not where its last step led': `
    SELECT j.user_id, j.state, j.version, e.to_state, e.version AS last
      FROM journeys j
      LEFT JOIN LATERAL (SELECT to_state, version FROM journey_events e WHERE e.user_id = j.user_id
                          ORDER BY version DESC LIMIT 1) e ON true
     WHERE j.version <> coalesce(e.version, 1) AND j.changed_at > $4 OR j.state <> coalesce(e.to_state, 'IDLE')`,

  'Somebody waits since an instant after the one at which that was written': `
    SELECT user_id, waiting_since, changed_at FROM journeys WHERE state = 'WAITING' AND waiting_since > changed_at`,

  'A journey and its round do not agree': `
    SELECT j.user_id, j.state, r.id, r.status, p.live
      FROM journeys j
      LEFT JOIN rounds r ON r.id = j.round_id
      LEFT JOIN round_participants p ON p.round_id = r.id AND p.user_id = j.user_id
     WHERE CASE j.state WHEN 'CONNECTING' THEN r.status = 'waiting' AND p.live
                        WHEN 'IN_CALL' THEN r.status = 'active' AND p.live
                        WHEN 'DECIDING' THEN r.end_reason = 'clock' AND NOT p.live
                        WHEN 'DISCONNECTING' THEN r.ended_at IS NOT NULL AND NOT p.live
                        ELSE j.round_id IS NULL END IS NOT TRUE`,

  'Somebody sits in a live round and their journey says otherwise': `
    SELECT p.round_id, p.user_id, j.state FROM round_participants p LEFT JOIN journeys j USING (user_id)
     WHERE p.live AND (j.round_id IS DISTINCT FROM p.round_id OR j.state NOT IN ('CONNECTING', 'IN_CALL'))`,

  'A journey and its session do not agree': `
    SELECT j.user_id, j.state, s.id, s.status FROM journeys j
      FULL JOIN (SELECT * FROM sessions WHERE status <> 'ended') s ON s.user_id = j.user_id
     WHERE j.session_id IS DISTINCT FROM s.id
        OR (s.status = 'paused') <> (j.state = 'IDLE')`,

  'The sums over the states do not add up': `
    SELECT * FROM (
      SELECT count(*) FILTER (WHERE state = 'CONNECTING') AS connecting,
             count(*) FILTER (WHERE state = 'IN_CALL') AS talking,
             count(*) FILTER (WHERE session_id IS NOT NULL) AS searching,
             (SELECT count(*) FROM rounds WHERE status = 'waiting') AS rounds_waiting,
             (SELECT count(*) FROM rounds WHERE status = 'active') AS rounds_active,
             (SELECT count(*) FROM round_participants WHERE live) AS seats,
             (SELECT count(*) FROM sessions WHERE status <> 'ended') AS sessions
        FROM journeys) n
     WHERE connecting <> 2 * rounds_waiting OR talking <> 2 * rounds_active
        OR seats <> connecting + talking OR searching <> sessions`,

  'A notice is told where there is nothing to tell': `
    SELECT user_id, state FROM journeys
     WHERE (state = 'DISCONNECTING') > (notice IS NOT NULL) OR (match_notices = '{}') <> (match_notice_version IS NULL)`,

  'Two people search on one device': `
    SELECT device_id, count(*) FROM journeys WHERE state <> 'IDLE' GROUP BY device_id HAVING count(*) > 1`,

  'Early exits still count though a round was finished since': `
    SELECT j.user_id AS who, j.early_exits FROM journeys j JOIN (${lastFinished('user_id')}) f USING (user_id)
     WHERE j.early_exits > 0 AND NOT ${leftSince('user_id')}
    UNION ALL
    SELECT d.id, d.early_exits FROM devices d JOIN (${lastFinished('device_id')}) f ON f.device_id = d.id
     WHERE d.early_exits > 0 AND NOT ${leftSince('device_id')}`,

  'Somebody who is gone has left something behind': `
    SELECT * FROM (
      SELECT 'blocks' AS what, blocker_id AS user_id FROM blocks
      UNION ALL SELECT 'exclusions', user_id FROM exclusions
      UNION ALL SELECT 'journey_events', user_id FROM journey_events
      UNION ALL SELECT 'chat_lines', c.user_id FROM chat_lines c
                 WHERE NOT EXISTS (SELECT 1 FROM flags f WHERE f.round_id = c.round_id)) l
     WHERE NOT EXISTS (SELECT 1 FROM users u WHERE u.id = l.user_id)`,

  'A restricted person went on': `
    SELECT e.user_id, e.version, e.event, e.to_state, x.id AS restriction
      FROM journey_events e
      LEFT JOIN sessions s ON s.id = e.session_id
      JOIN restriction_reach t ON t.subject IN (e.user_id, s.device_id) AND t.how IN ('account', 'device')
      JOIN restrictions x ON x.id = t.restriction_id AND x.kind = 'restriction'
     WHERE e.at > x.created_at + make_interval(secs => $3) AND e.to_state <> 'IDLE'
       AND (x.until IS NULL OR e.at < x.until) AND (x.lifted_at IS NULL OR e.at < x.lifted_at)
       AND ${reachedBefore('e.at', '$3')}`,
};
