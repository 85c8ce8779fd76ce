/**
 * SQL: whether the restriction `x` had reached its subject `t` by an instant. A device at which the account signed in
 * later is reached from that sign-in on; everything else, from the restriction itself.
 */
export const reachedBefore = (at: string, skewSeconds: string): string => `NOT EXISTS (
  SELECT 1 FROM refresh_tokens s
   WHERE s.user_id = x.user_id AND s.device_id = t.subject AND s.expires_at > x.created_at
  HAVING min(s.created_at) >= ${at} - make_interval(secs => ${skewSeconds}))`;
