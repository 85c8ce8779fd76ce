import { holdsAt } from '#core/restrictions/restricted.ts';

/** Whether an entry of the log says that its moderator was alone: then they may do what takes two. */
const wasAlone = (action: string, id: string): string => `EXISTS (
  SELECT 1 FROM moderation_log l WHERE l.action LIKE '${action}' AND l.details->>'alone' = 'true'
     AND ${id} IN (l.details->>'appeal_id', l.details->>'restriction_id'))`;

/** What must never be true of restrictions, appeals and the log. */
export const ofModeration: Record<string, string> = {
  'A moderator who was not alone has judged their own restriction': `
    SELECT a.id, a.answered_by, r.issued_by, r.confirmed_by FROM appeals a JOIN restrictions r ON r.id = a.restriction_id
     WHERE a.answered_by IN (r.issued_by, r.confirmed_by, a.user_id) AND NOT ${wasAlone('appeal%', 'a.id::text')}
       AND NOT (a.answered_by = r.confirmed_by AND ${wasAlone('confirm%', 'r.id::text')})`,

  'A moderator who was not alone has confirmed their own restriction': `
    SELECT r.id, r.confirmed_by FROM restrictions r
     WHERE r.confirmed_by = r.issued_by AND NOT ${wasAlone('confirm%', 'r.id::text')}`,

  'A restriction was confirmed after it was lifted': `
    SELECT r.id, r.lifted_at, l.at FROM restrictions r
      JOIN moderation_log l ON l.action = 'confirm_permanent' AND l.details->>'restriction_id' = r.id::text
     WHERE l.at > r.lifted_at`,

  'The moderation log is no chain': `
    SELECT seq FROM (SELECT seq, previous, lag(hash) OVER w AS hash, lag(seq) OVER w AS before
                       FROM moderation_log WINDOW w AS (ORDER BY seq)) l
     WHERE previous <> hash OR seq <> coalesce(before, 0) + 1`,

  // A granted appeal releases the device of another person whom the restriction had reached.
  'A restriction does not reach a device at which its account is signed in': `
    SELECT r.id, s.device_id FROM restrictions r
      JOIN refresh_tokens s ON s.user_id = r.user_id AND s.revoked_at IS NULL AND s.expires_at > $1::timestamptz
     WHERE ${holdsAt('$1::timestamptz')}
       AND NOT EXISTS (SELECT 1 FROM restriction_reach t WHERE t.restriction_id = r.id AND t.subject = s.device_id)
       AND NOT EXISTS (SELECT 1 FROM appeals a
                        WHERE a.restriction_id = r.id AND a.device_id = s.device_id AND a.status = 'lifted')`,
};
