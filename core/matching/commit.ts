import { longSql, sql } from '#db/postgres.ts';
import { clock } from '#core/clock.ts';
import { newId } from '#core/ids.ts';
import { next } from '#core/journey/journey.ts';
import { settings } from '#core/settings.ts';
import { isRestricted } from '#core/restrictions/restricted.ts';
import type { Pair } from './pairing.ts';
import { isHeldBack } from '#core/decisions/voters.ts';

/** A round that was opened for a pair. */
export interface Opened {
  round_id: string;
  user1_id: string;
  user2_id: string;
}

/**
 * Opens rounds for these pairs in one statement that rechecks everything as it locks: a person who has moved,
 * paused, changed anything that matching looks at, been blocked, restricted, excluded, or begun to cool down since they
 * were read is left in the pool, together with the partner proposed for them.
 * @param fence the leader's token: a leader that was replaced opens nothing
 * @returns the rounds that were opened
 */
export async function commitPairs(pool: string, fence: string, pairs: readonly Pair[]): Promise<Opened[]> {
  if (pairs.length === 0) return [];
  const now = clock.now();
  const run = pairs.length > many ? longSql : sql;
  return run<Opened>(statement, [
    JSON.stringify(pairs.map(proposal)),
    pool,
    fence,
    now,
    clock.after(settings.ackSeconds, now),
    clock.after(settings.connectSeconds, now),
    next('WAITING', 'paired'),
  ]);
}

const many = 200;

function proposal({ a, b, compatibility }: Pair) {
  const [first, second] = a.userId < b.userId ? [a, b] : [b, a];
  return {
    round_id: newId(),
    user1_id: first.userId,
    version1: first.version,
    guard1: first.guard,
    user2_id: second.userId,
    version2: second.version,
    guard2: second.guard,
    mode: compatibility.mode,
    score: compatibility.score,
    score_parts: compatibility.parts,
    topics: compatibility.topics,
  };
}

/**
 * Why it is atomic: `held` locks the rows of both people in the order of all commits and keeps only those still
 * as they were read (after a concurrent commit Postgres checks the condition again on the new row). Rows that
 * are locked are about to change, so they are skipped. A pause or an edit bumps the version under the same
 * lock, a block or a flag the guard: it is either seen here, or it finds the round and ends it.
 * Takes: $1 proposals, $2 pool, $3 fence, $4 now, $5 acknowledge by, $6 join by, $7 the new state.
 */
const statement = `
  WITH proposal AS (
    SELECT * FROM jsonb_to_recordset($1::jsonb) AS p(
      round_id uuid, user1_id uuid, version1 integer, guard1 integer, user2_id uuid, version2 integer,
      guard2 integer, mode text, score double precision, score_parts jsonb, topics jsonb)
     WHERE EXISTS (SELECT 1 FROM matchmakers m WHERE m.pool = $2 AND m.fence = $3::bigint)
  ), wanted AS (
    SELECT user1_id AS user_id, version1 AS version, guard1 AS guard, round_id FROM proposal
    UNION ALL SELECT user2_id, version2, guard2, round_id FROM proposal
  ), held AS (
    SELECT j.user_id, j.version, j.session_id, j.device_id, j.waiting_since, w.round_id
      FROM journeys j
      JOIN wanted w ON w.user_id = j.user_id AND w.version = j.version AND w.guard = j.guard
     WHERE j.state = 'WAITING' AND NOT j.parked AND j.pool = $2 AND NOT ${isHeldBack('j')}
       AND (j.cooldown_until IS NULL OR j.cooldown_until <= $4::timestamptz)
     ORDER BY j.user_id
       FOR UPDATE OF j SKIP LOCKED
  ), good AS (
    SELECT p.*, a.session_id AS session1_id, a.device_id AS device1_id, a.waiting_since AS waiting1_since,
           b.session_id AS session2_id, b.device_id AS device2_id, b.waiting_since AS waiting2_since
      FROM proposal p
      JOIN held a ON a.user_id = p.user1_id
      JOIN held b ON b.user_id = p.user2_id
     WHERE a.device_id <> b.device_id
       AND NOT EXISTS (
         SELECT 1 FROM devices d
          WHERE d.id IN (a.device_id, b.device_id) AND d.cooldown_until > $4::timestamptz)
       AND NOT ${isRestricted('a.user_id, a.device_id, b.user_id, b.device_id', '$4::timestamptz')}
       AND NOT EXISTS (
         SELECT 1 FROM blocks x
          WHERE (x.blocker_id = a.user_id OR x.blocker_device_id = a.device_id)
            AND (x.blocked_id = b.user_id OR x.blocked_device_id = b.device_id))
       AND NOT EXISTS (
         SELECT 1 FROM blocks x
          WHERE (x.blocker_id = b.user_id OR x.blocker_device_id = b.device_id)
            AND (x.blocked_id = a.user_id OR x.blocked_device_id = a.device_id))
       AND NOT EXISTS (
         SELECT 1 FROM exclusions x
          WHERE (x.user_id = a.user_id OR x.device_id = a.device_id)
            AND (x.other_user_id = b.user_id OR x.other_device_id = b.device_id)
            AND (x.session_id = a.session_id OR x.until > $4::timestamptz))
       AND NOT EXISTS (
         SELECT 1 FROM exclusions x
          WHERE (x.user_id = b.user_id OR x.device_id = b.device_id)
            AND (x.other_user_id = a.user_id OR x.other_device_id = a.device_id)
            AND (x.session_id = b.session_id OR x.until > $4::timestamptz))
  ), seats AS (
    SELECT round_id, user1_id AS user_id, version1 AS version, session1_id AS session_id, device1_id AS device_id,
           waiting1_since AS waiting_since
      FROM good
    UNION ALL SELECT round_id, user2_id, version2, session2_id, device2_id, waiting2_since FROM good
  ), opened AS (
    INSERT INTO rounds (id, pool, mode, status, user1_id, user2_id, score, score_parts, matched_topics,
                        matched_at, ack_deadline_at, join_deadline_at)
    SELECT round_id, $2, mode, 'waiting', user1_id, user2_id, score, score_parts,
           ARRAY(SELECT jsonb_array_elements_text(topics)), $4::timestamptz, $5::timestamptz, $6::timestamptz
      FROM good
  ), seated AS (
    INSERT INTO round_participants (round_id, user_id, session_id, device_id, waiting_since)
    SELECT round_id, user_id, session_id, device_id, waiting_since FROM seats
  ), told AS (
    INSERT INTO journey_events (user_id, version, event, from_state, to_state, round_id, session_id, at)
    SELECT user_id, version + 1, 'paired', 'WAITING', $7, round_id, session_id, $4::timestamptz FROM seats
  ), moved AS (
    UPDATE journeys j
       SET state = $7, version = j.version + 1, guard = j.guard + 1, round_id = s.round_id, notice = NULL, changed_at = $4::timestamptz
      FROM seats s
     WHERE j.user_id = s.user_id
  )
  SELECT round_id, user1_id, user2_id FROM good`;
