import { sql } from '#db/postgres.ts';
import { clock } from '#core/clock.ts';
import { rules, type FlagCategory, type FlagStatus } from '#core/rules.ts';
import { isRestricted } from '#core/restrictions/restricted.ts';
import { namesOf } from '#core/audit/names.ts';

/** Which cases are asked for. */
export interface Asked {
  /** `any`: in every status. */
  status: FlagStatus | 'any';
  queue?: 'normal' | 'low_trust' | undefined;
  category?: FlagCategory | undefined;
  claimed?: 'me' | 'nobody' | undefined;
  user_id?: string | undefined;
  round_id?: string | undefined;
  cursor?: Cursor | undefined;
  limit: number;
}

/** Where a page ended. Priorities fall with time, so the pages of one reading are all of one instant. */
export interface Cursor {
  at: number;
  priority: number;
  flagged_id: string;
}

/** All flags about one person that are in the same state: one case. */
export interface Case {
  flagged_id: string;
  /** Null when the account is gone. */
  display_name: string | null;
  restricted: boolean;
  /** The newest of its flags: its page tells the whole story. */
  flag_id: string;
  flags: number;
  /** Distinct devices that they came from. */
  reporters: number;
  categories: FlagCategory[];
  first_at: Date;
  latest_at: Date;
  claimed_by: string | null;
  claimed_at: Date | null;
  priority: number;
  parts: { category: number; reporters: number; recency: number };
}

type Row = Omit<Case, 'parts'> & { category_points: number; reporter_points: number; recency_points: number };

/**
 * The moderators' queue: one case a flagged person, the most urgent first. Priority is the sum of its named parts:
 * the gravest category, how many devices have flagged, how recently.
 * @param by the moderator who asks
 */
export async function listCases(asked: Asked, by: string) {
  const at = asked.cursor ? new Date(asked.cursor.at) : clock.now();
  const rows = await sql<Row>(statement, [
    ...[
      at,
      JSON.stringify(moderation.categoryPoints),
      moderation.uncategorizedPoints,
      moderation.reportersMost,
    ],
    ...[moderation.reporterPoints, moderation.recencyPoints, moderation.recencyHours],
    ...[asked.status, asked.queue ?? null, asked.category ?? null, asked.user_id ?? null],
    ...[clock.after(-moderation.claimMinutes * 60, at), asked.claimed ?? null, by],
    ...[asked.cursor?.priority ?? null, asked.cursor?.flagged_id ?? null, asked.limit + 1],
    asked.round_id ?? null,
  ]);
  const page = rows.slice(0, asked.limit);
  const last = rows.length > asked.limit ? page.at(-1) : undefined;
  return {
    cases: page.map(present),
    names: await namesOf(page.map((one) => one.claimed_by)),
    next_cursor: last ? { at: at.getTime(), priority: last.priority, flagged_id: last.flagged_id } : null,
  };
}

const { moderation } = rules;

function present({ category_points, reporter_points, recency_points, ...rest }: Row): Case {
  return {
    ...rest,
    parts: { category: category_points, reporters: reporter_points, recency: recency_points },
  };
}

/** A claim that is older than half an hour has lapsed. */
const statement = `
  WITH cases AS (
    SELECT f.flagged_id, count(*)::integer AS flags, count(DISTINCT f.reporter_device_id)::integer AS reporters,
           array_remove(array_agg(DISTINCT f.category), NULL) AS categories,
           min(f.created_at) AS first_at, max(f.created_at) AS latest_at,
           (array_agg(f.id ORDER BY f.created_at DESC, f.id))[1] AS flag_id,
           (array_agg(f.claimed_by ORDER BY f.claimed_at DESC NULLS LAST))[1] AS claimed_by, max(f.claimed_at) AS claimed_at,
           max(coalesce(($2::jsonb ->> f.category)::double precision, $3::double precision)) AS category_points,
           least(count(DISTINCT f.reporter_device_id), $4::integer) * $5::double precision AS reporter_points,
           $6::double precision * greatest(0, 1 - extract(epoch FROM $1::timestamptz - max(f.created_at))
                                              / 3600 / $7::double precision)::double precision AS recency_points
      FROM (SELECT id, flagged_id, reporter_device_id, category, created_at,
                   CASE WHEN claimed_at > $12::timestamptz THEN claimed_by END AS claimed_by,
                   CASE WHEN claimed_at > $12::timestamptz THEN claimed_at END AS claimed_at
              FROM flags
             WHERE ($8 = 'any' OR status = $8) AND ($18::uuid IS NULL OR round_id = $18) AND ($9::text IS NULL OR queue = $9) AND ($10::text IS NULL OR category = $10)
               AND ($11::uuid IS NULL OR flagged_id = $11) AND created_at <= $1::timestamptz) f
     GROUP BY f.flagged_id
  ), ranked AS (
    SELECT *, category_points + reporter_points + recency_points AS priority FROM cases
     WHERE $13::text IS NULL OR ($13 = 'me' AND claimed_by = $14::uuid) OR ($13 = 'nobody' AND claimed_by IS NULL)
  )
  SELECT c.*, u.display_name, ${isRestricted('c.flagged_id', '$1::timestamptz')} AS restricted
    FROM ranked c
    LEFT JOIN users u ON u.id = c.flagged_id
   WHERE $15::double precision IS NULL OR (c.priority, c.flagged_id) < ($15::double precision, $16::uuid)
   ORDER BY c.priority DESC, c.flagged_id DESC
   LIMIT $17`;
