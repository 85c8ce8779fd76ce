import { longSql as sql } from '#db/postgres.ts';
import { clock } from '#core/clock.ts';
import { listOwnRestrictions } from '#core/safety/ownRestrictions.ts';
import { getProfile } from './profile.ts';

/** Rows as they are kept, without what belongs to another person. */
type Rows = Record<string, unknown>[];

/**
 * Everything that is held about a person, to take along: what they told us, what they wrote and voted, what the
 * system noted. Of partners only what they have seen of them in the round is theirs, so only bare ids are here; what
 * others reported about them stays with the moderators (docs/data.md).
 * @throws `unauthenticated` when the account is gone
 */
export async function exportPerson(who: { userId: string; deviceId: string }) {
  const held = (statement: string): Promise<Rows> => sql(statement, [who.userId]);
  return {
    exported_at: clock.now(),
    profile: await getProfile(who.userId),
    restrictions: await listOwnRestrictions(who),
    sign_ins: await held(
      `SELECT device_id, created_at, expires_at, used_at, revoked_at FROM refresh_tokens
        WHERE user_id = $1 ORDER BY created_at`,
    ),
    devices: await held(
      `SELECT id, early_exits, cooldown_until, network, network_at, created_at FROM devices
        WHERE id IN (SELECT device_id FROM users WHERE id = $1
                     UNION SELECT device_id FROM refresh_tokens WHERE user_id = $1)`,
    ),
    sessions: await held('SELECT * FROM sessions WHERE user_id = $1 ORDER BY started_at'),
    rounds: await held(
      `SELECT r.id, r.mode, r.status, r.score, r.matched_topics, r.matched_at, r.started_at, r.ended_at,
              r.end_reason IS NOT NULL AS ended, r.mutual_at, p.device_id, p.waiting_since, p.joined_at, p.epoch,
              p.left_at, p.quality
         FROM rounds r JOIN round_participants p ON p.round_id = r.id AND p.user_id = $1
        WHERE r.user1_id = $1 OR r.user2_id = $1 ORDER BY r.matched_at`,
    ),
    decisions: await held(
      'SELECT round_id, decision, ratings, decided_at FROM decisions WHERE user_id = $1 ORDER BY decided_at',
    ),
    messages: await held(
      'SELECT id, round_id, text, created_at FROM chat_lines WHERE user_id = $1 ORDER BY created_at',
    ),
    blocks: await held(
      'SELECT id, round_id, created_at FROM blocks WHERE blocker_id = $1 ORDER BY created_at',
    ),
    flags: await held(
      `SELECT id, round_id, category, reason, status, created_at, updated_at, withdrawn_at FROM flags
        WHERE reporter_id = $1 ORDER BY created_at`,
    ),
    activity: await held(
      `SELECT version, from_state, to_state, round_id, session_id, at FROM journey_events
        WHERE user_id = $1 ORDER BY version`,
    ),
  };
}
