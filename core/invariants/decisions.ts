const isPair = `(b.blocker_id = r.user1_id AND b.blocked_id = r.user2_id
              OR b.blocker_id = r.user2_id AND b.blocked_id = r.user1_id)`;

/** What must never be true of votes and of what became of them. */
export const ofDecisions: Record<string, string> = {
  'Somebody decided who may not, or at another time': `
    SELECT d.round_id, d.user_id, r.end_reason, d.decided_at, r.ended_at, r.decide_until
      FROM decisions d JOIN rounds r ON r.id = d.round_id
     WHERE r.end_reason IS DISTINCT FROM 'clock' OR d.decided_at < r.ended_at - make_interval(secs => $3)
        OR d.decided_at >= r.decide_until OR d.user_id NOT IN (r.user1_id, r.user2_id)`,

  'Somebody decided twice': `
    SELECT round_id, user_id, count(*) FROM decisions GROUP BY round_id, user_id HAVING count(*) > 1`,

  'A match is mutual without two yeses, or two yeses are not mutual': `
    SELECT r.id, r.mutual_at, array_agg(d.decision) AS votes
      FROM rounds r LEFT JOIN decisions d ON d.round_id = r.id
     GROUP BY r.id
    HAVING (r.mutual_at IS NOT NULL) <> (count(*) FILTER (WHERE d.decision = 'continue') = 2)
       AND NOT EXISTS (SELECT 1 FROM blocks b
                        WHERE b.created_at <= r.decide_until AND r.mutual_at IS NULL AND ${isPair})`,

  'A match was made after a block': `
    SELECT r.id, r.mutual_at, b.created_at FROM rounds r
      JOIN blocks b ON b.created_at < r.mutual_at - make_interval(secs => $3) AND ${isPair}`,

  'A decision was closed before its window, or told by the status': `
    SELECT id, status, settled_at, decide_until, mutual_at FROM rounds
     WHERE settled_at < decide_until AND mutual_at IS NULL
        OR (status = 'passed') <> (settled_at IS NOT NULL AND mutual_at IS NULL)`,

  'Somebody went on by a vote that is not theirs': `
    SELECT e.round_id, e.user_id, e.version FROM journey_events e
     WHERE e.event = 'voted' AND e.at > $4
       AND NOT EXISTS (SELECT 1 FROM decisions d WHERE d.round_id = e.round_id AND d.user_id = e.user_id)`,
};
