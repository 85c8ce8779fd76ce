import { sql } from '#db/postgres.ts';
import type { Me } from '#core/accounts/token.ts';
import { clock } from '#core/clock.ts';
import { found } from '#core/errors.ts';
import type { PublicReason } from '#core/journey/journey.ts';
import { presentPartner } from '#core/present.ts';
import { publicReason, reasonsShownAs } from '#core/rounds/endings.ts';
import type { Decision } from '#core/rules.ts';
import { durationSeconds, type Recorded } from './recorded.ts';
import { whose } from './whose.ts';

/** Which of a person's rounds are asked for. */
export interface Asked {
  user_id?: string | undefined;
  session_id?: string | undefined;
  status?: string | undefined;
  end_reason?: PublicReason | undefined;
  mutual?: boolean | undefined;
  start_time?: Date | undefined;
  end_time?: Date | undefined;
  limit: number;
  /** Where the page before ended: the id of its last round. */
  cursor?: string | undefined;
}

/**
 * One's own rounds; a moderator may ask for another person's, and sees all but how they voted.
 * @throws `forbidden` for another person's without the role
 */
export async function matchesFor(me: Me, asked: Asked) {
  const userId = await whose(me, asked.user_id);
  const answer = await listMatches(userId, asked);
  if (userId === me.userId) return answer;
  const matches = answer.matches.map((one) => ({ ...one, my_decision: null, decided_at: null }));
  return { ...answer, matches };
}

/**
 * A person's rounds, newest first: who, when, how long, how it ended, and what came of it. Partners whom they have
 * blocked do not appear. A partner who has blocked them takes back a mutual match; other rounds stay, or their absence
 * would tell a block from an end. Contact handles are read live, and only mutual matches show them.
 */
async function listMatches(userId: string, asked: Asked) {
  const rows = await read(userId, asked, null);
  const page = rows.slice(0, asked.limit);
  return {
    matches: page.map((row) => present(row, userId)),
    next_cursor: rows.length > asked.limit ? (page.at(-1)?.id ?? null) : null,
  };
}

/**
 * One of a person's rounds.
 * @throws `not_found` for an unknown or a stranger's round, and for one that the list leaves out
 */
export async function readMatch(userId: string, roundId: string) {
  const [row] = await read(userId, { limit: 1 }, roundId);
  return present(found(row, 'match'), userId);
}

interface Row extends Recorded {
  id: string;
  session_id: string | null;
  joined_at: Date | null;
  partner_joined_at: Date | null;
  decided_at: Date | null;
  my_decision: Decision | null;
  display_name: string | null;
  birth_date: string | null;
  bio: string | null;
  interests: string[] | null;
  contact_handle: string | null;
}

/**
 * UUIDv7 ids sort by creation, so the id is the cursor. Each seat has its index, and gives at most a page: however
 * many rounds a person has had, a page reads a page.
 */
function read(userId: string, asked: Asked, roundId: string | null): Promise<Row[]> {
  return sql<Row>(statement, [
    ...[userId, roundId, asked.cursor ?? null, asked.status ?? null, asked.mutual ?? null],
    ...[asked.start_time ?? null, asked.end_time ?? null, asked.limit + 1, asked.session_id ?? null],
    asked.end_reason ? reasonsShownAs(asked.end_reason) : null,
  ]);
}

const seat = (mine: 'user1_id' | 'user2_id', other: 'user1_id' | 'user2_id'): string => `(
  SELECT r.id, r.${other} AS other_id FROM rounds r
   WHERE r.${mine} = $1
     AND ($2::uuid IS NULL OR r.id = $2)
     AND ($3::uuid IS NULL OR r.id < $3)
     AND ($4::text IS NULL OR r.status = $4)
     AND ($5::boolean IS NULL OR (r.mutual_at IS NOT NULL) = $5)
     AND ($6::timestamptz IS NULL OR r.matched_at >= $6)
     AND ($7::timestamptz IS NULL OR r.matched_at < $7)
     AND ($10::text[] IS NULL OR r.end_reason = ANY ($10))
     AND ($9::uuid IS NULL OR r.id = ANY(ARRAY(SELECT s.round_id FROM round_participants s
                                               WHERE s.session_id = $9 AND s.user_id = $1)))
     AND NOT EXISTS (
       SELECT 1 FROM blocks b
        WHERE (b.blocker_id = $1 AND b.blocked_id = r.${other})
           OR (r.mutual_at IS NOT NULL AND b.blocker_id = r.${other} AND b.blocked_id = $1))
   ORDER BY r.id DESC LIMIT $8)`;

const statement = `
  SELECT r.id, p.session_id, r.mode, r.status, r.matched_at, p.joined_at, q.joined_at AS partner_joined_at, r.started_at,
         r.ended_at, r.end_reason, r.ended_by, r.mutual_at, r.score, r.matched_topics, d.decision AS my_decision,
         d.decided_at, u.display_name, u.birth_date::text AS birth_date, u.bio, u.interests,
         CASE WHEN r.mutual_at IS NOT NULL THEN u.contact_handle END AS contact_handle
    FROM (SELECT * FROM (${seat('user1_id', 'user2_id')} UNION ALL ${seat('user2_id', 'user1_id')}) AS seats
           ORDER BY id DESC LIMIT $8) AS mine
    JOIN rounds r ON r.id = mine.id
    LEFT JOIN round_participants p ON p.round_id = r.id AND p.user_id = $1
    LEFT JOIN round_participants q ON q.round_id = r.id AND q.user_id = mine.other_id
    LEFT JOIN users u ON u.id = mine.other_id
    LEFT JOIN decisions d ON d.round_id = r.id AND d.user_id = $1
   ORDER BY r.id DESC`;

function present(row: Row, userId: string) {
  const now = clock.now();
  const { display_name, birth_date, bio, interests } = row;
  return {
    match_id: row.id,
    session_id: row.session_id,
    mode: row.mode,
    status: row.status,
    matched_at: row.matched_at,
    joined_at: row.joined_at,
    partner_joined_at: row.partner_joined_at,
    started_at: row.started_at,
    ended_at: row.ended_at,
    duration_seconds: durationSeconds(row),
    end_reason: row.end_reason && publicReason(row.end_reason),
    ended_by: endedBy(row, userId),
    mutual: row.mutual_at !== null,
    mutual_at: row.mutual_at,
    my_decision: row.my_decision,
    decided_at: row.decided_at,
    compatibility_score: Math.round(row.score),
    matched_topics: row.matched_topics,
    partner:
      display_name === null || birth_date === null
        ? null
        : {
            ...presentPartner({ display_name, birth_date, bio: bio ?? '', interests: interests ?? [] }, now),
            contact_handle: row.contact_handle,
          },
  };
}

function endedBy({ ended_at, ended_by }: Row, userId: string): 'me' | 'partner' | 'system' | null {
  if (!ended_at) return null;
  if (ended_by === null) return 'system';
  return ended_by === userId ? 'me' : 'partner';
}
