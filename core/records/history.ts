import { sql } from '#db/postgres.ts';
import { clock } from '#core/clock.ts';
import { found } from '#core/errors.ts';
import type { EndReason, RoundStatus } from '#core/journey/journey.ts';
import { presentPartner, publicReason } from '#core/present.ts';
import type { Decision, RoundMode } from '#core/rules.ts';

/** What of somebody's rounds is asked for. */
export interface Asked {
  status?: string | undefined;
  mutual?: boolean | undefined;
  start_time?: Date | undefined;
  end_time?: Date | undefined;
  limit: number;
  /** Where the page before ended: the id of its last round. */
  cursor?: string | undefined;
}

/**
 * Somebody's rounds, newest first: who, when, how long, how it ended, and what came of it. Whoever they have
 * blocked does not appear. Whoever has blocked them takes back a mutual match; other rounds stay, or their absence
 * would tell a block from an end. Contact handles are read live, and only mutual matches show them.
 */
export async function listMatches(userId: string, asked: Asked) {
  const rows = await read(userId, asked, null);
  const page = rows.slice(0, asked.limit);
  return {
    matches: page.map((row) => present(row, userId)),
    next_cursor: rows.length > asked.limit ? (page.at(-1)?.id ?? null) : null,
  };
}

/**
 * One of somebody's rounds.
 * @throws `not_found` for an unknown or a stranger's round, and for one that the list leaves out
 */
export async function readMatch(userId: string, roundId: string) {
  const [row] = await read(userId, { limit: 1 }, roundId);
  return present(found(row, 'match'), userId);
}

interface Row {
  id: string;
  mode: RoundMode;
  status: RoundStatus;
  matched_at: Date;
  started_at: Date | null;
  ended_at: Date | null;
  end_reason: EndReason | null;
  ended_by: string | null;
  mutual_at: Date | null;
  score: number;
  matched_topics: string[];
  my_decision: Decision | null;
  display_name: string | null;
  birth_date: string | null;
  bio: string | null;
  interests: string[] | null;
  contact_handle: string | null;
}

/** UUIDv7 ids sort by creation, so the id is the cursor. */
function read(userId: string, asked: Asked, roundId: string | null): Promise<Row[]> {
  return sql<Row>(
    `SELECT r.id, r.mode, r.status, r.matched_at, r.started_at, r.ended_at, r.end_reason, r.ended_by, r.mutual_at,
            r.score, r.matched_topics, d.decision AS my_decision,
            u.display_name, u.birth_date::text AS birth_date, u.bio, u.interests,
            CASE WHEN r.mutual_at IS NOT NULL THEN u.contact_handle END AS contact_handle
       FROM rounds r
       LEFT JOIN users u ON u.id = CASE WHEN r.user1_id = $1 THEN r.user2_id ELSE r.user1_id END
       LEFT JOIN decisions d ON d.round_id = r.id AND d.user_id = $1
      WHERE (r.user1_id = $1 OR r.user2_id = $1)
        AND ($2::uuid IS NULL OR r.id = $2)
        AND ($3::uuid IS NULL OR r.id < $3)
        AND ($4::text IS NULL OR r.status = $4)
        AND ($5::boolean IS NULL OR (r.mutual_at IS NOT NULL) = $5)
        AND ($6::timestamptz IS NULL OR r.matched_at >= $6)
        AND ($7::timestamptz IS NULL OR r.matched_at < $7)
        AND NOT EXISTS (
          SELECT 1 FROM blocks b
           WHERE (b.blocker_id = $1 AND b.blocked_id IN (r.user1_id, r.user2_id))
              OR (r.mutual_at IS NOT NULL AND b.blocked_id = $1 AND b.blocker_id IN (r.user1_id, r.user2_id)))
      ORDER BY r.id DESC
      LIMIT $8`,
    [
      ...[userId, roundId, asked.cursor ?? null, asked.status ?? null, asked.mutual ?? null],
      ...[asked.start_time ?? null, asked.end_time ?? null, asked.limit + 1],
    ],
  );
}

function present(row: Row, userId: string) {
  const now = clock.now();
  const { display_name, birth_date, bio, interests } = row;
  return {
    match_id: row.id,
    mode: row.mode,
    status: row.status,
    matched_at: row.matched_at,
    started_at: row.started_at,
    ended_at: row.ended_at,
    duration_seconds:
      row.started_at && row.ended_at ? (row.ended_at.getTime() - row.started_at.getTime()) / 1000 : null,
    end_reason: row.end_reason && publicReason(row.end_reason),
    ended_by: endedBy(row, userId),
    mutual: row.mutual_at !== null,
    mutual_at: row.mutual_at,
    my_decision: row.my_decision,
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
