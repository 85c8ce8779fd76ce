import { reachedBefore } from './reached.ts';

/** Each round seen from either side: p is one of the two, q the other, r the round. */
const bothWays = `rounds r
      JOIN round_participants p ON p.round_id = r.id
      JOIN round_participants q ON q.round_id = r.id AND q.user_id <> p.user_id`;

/** What must never be true of who was paired with whom, judged as of the commit. */
export const ofPairings: Record<string, string> = {
  'Two were paired across a block': `
    SELECT r.id, b.id AS block FROM ${bothWays}
      JOIN blocks b ON (b.blocker_id = p.user_id OR b.blocker_device_id = p.device_id)
                   AND (b.blocked_id = q.user_id OR b.blocked_device_id = q.device_id)
     WHERE b.created_at < r.matched_at - make_interval(secs => $3)`,

  'Two go on in a round although one of them has blocked the other': `
    SELECT r.id, b.id AS block FROM rounds r
      JOIN blocks b ON b.blocker_id IN (r.user1_id, r.user2_id) AND b.blocked_id IN (r.user1_id, r.user2_id)
     WHERE r.status IN ('waiting', 'active')`,

  // An exclusion has no instant of its own: it comes from an earlier round of the two, or from a vote in it.
  'Two were paired across an exclusion': `
    SELECT r.id, x.id AS exclusion, x.reason FROM ${bothWays}
      JOIN exclusions x ON (x.user_id = p.user_id OR x.device_id = p.device_id)
                       AND (x.other_user_id = q.user_id OR x.other_device_id = q.device_id)
                       AND (x.session_id = p.session_id OR x.until > r.matched_at)
      JOIN rounds o ON o.id = x.round_id AND o.id <> r.id
      LEFT JOIN decisions d ON d.round_id = o.id AND d.user_id = x.user_id
     WHERE CASE x.reason WHEN 'skip_vote' THEN d.decided_at ELSE coalesce(o.started_at, o.ended_at) END
           < r.matched_at - make_interval(secs => $3)`,

  'Somebody was paired who was restricted': `
    SELECT r.id, x.id AS restriction FROM rounds r
      JOIN round_participants p ON p.round_id = r.id
      JOIN restriction_reach t ON t.subject IN (p.user_id, p.device_id)
      JOIN restrictions x ON x.id = t.restriction_id AND x.kind = 'restriction'
     WHERE t.how IN ('account', 'device') AND (x.until IS NULL OR x.until > r.matched_at)
       AND x.created_at < r.matched_at - make_interval(secs => $3)
       AND (x.lifted_at IS NULL OR x.lifted_at > r.matched_at)
       AND ${reachedBefore('r.matched_at', '$3')}`,

  // The early exit that set the cooldown is the one that lies one of its lengths before its end.
  'Somebody was paired while cooling down': `
    SELECT r.id, p.user_id, e.at, j.cooldown_until FROM rounds r
      JOIN round_participants p ON p.round_id = r.id
      JOIN journeys j ON j.user_id = p.user_id AND j.cooldown_until > r.matched_at
      JOIN journey_events e ON e.user_id = p.user_id AND e.event IN ('skip', 'end', 'left', 'lost')
       AND extract(epoch FROM j.cooldown_until - e.at)::numeric = ANY($5::numeric[])
     WHERE e.at < r.matched_at - make_interval(secs => $3)`,

  // A third person who is paired with a voter in the open window knows of the vote. Flag and block move a vote's instant.
  'A voter was paired while the other had not voted and the window was open': `
    SELECT r.id, p.user_id, o.id AS voted_in FROM rounds r
      JOIN round_participants p ON p.round_id = r.id
      JOIN journey_events e ON e.user_id = p.user_id AND e.session_id = p.session_id AND e.event = 'voted'
       AND e.at < r.matched_at
      JOIN rounds o ON o.id = e.round_id
      JOIN users u ON u.id IN (o.user1_id, o.user2_id) AND u.id <> p.user_id
     WHERE r.matched_at < coalesce(o.settled_at, 'infinity') - make_interval(secs => $3)
       AND NOT EXISTS (
         SELECT 1 FROM decisions d
          WHERE d.round_id = o.id AND d.user_id = u.id
            AND (d.decided_at <= r.matched_at + make_interval(secs => $3)
              OR EXISTS (SELECT 1 FROM blocks b WHERE b.blocker_id = d.user_id AND b.blocked_id = p.user_id)))`,

  'Somebody was paired with themselves or their own device': `
    SELECT r.id FROM ${bothWays} WHERE q.user_id > p.user_id AND p.device_id = q.device_id`,
};

/** Where that is the rule (REMATCH=session). */
export const ofMeetingOnce: Record<string, string> = {
  'Two started rounds of one pair within a session of either': `
    SELECT p.session_id, q.user_id AS partner, count(*) FROM ${bothWays}
     WHERE r.started_at IS NOT NULL GROUP BY p.session_id, q.user_id HAVING count(*) > 1`,
};
