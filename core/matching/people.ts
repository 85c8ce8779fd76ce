import { longSql, sql } from '#db/postgres.ts';
import { clock } from '#core/clock.ts';
import { ageOn } from '#core/present.ts';
import { rules, type Gender, type SearchMode, type Seniority } from '#core/rules.ts';
import { isRestricted } from '#core/restrictions/restricted.ts';
import type { Person } from './compatibility.ts';
import { isHeldBack } from '#core/decisions/voters.ts';

/** Everybody who may be paired in a pool now. */
export const readPool = (pool: string): Promise<Person[]> => read('j.pool = $1', [pool], longSql);

/** Those of these people who may be paired now: the arrivals of a wave. */
export const readPeople = (pool: string, userIds: readonly string[]): Promise<Person[]> =>
  read('j.pool = $1 AND j.user_id = ANY($2::uuid[])', [pool, userIds], userIds.length > many ? longSql : sql);

const many = 500;

interface Row {
  user_id: string;
  device_id: string;
  version: number;
  guard: number;
  mode: SearchMode;
  birth_date: string;
  gender: Gender;
  genders: Gender[];
  min_age: number;
  max_age: number;
  cell: string | null;
  max_distance_km: number | null;
  interests: string[];
  preferred_interests: string[];
  seniority: Seniority | null;
  rating_sum: number;
  rating_count: number;
  personality_weight: number;
  waiting_since: Date;
  cooldown_until: Date | null;
  avoid: string[];
  /** Of the last rounds of this session, those that the partner did not come to, or was lost or left from. */
  let_down: number;
}

/**
 * The avoided are collected in both directions, by account and by device: people whom one has blocked or met, and
 * people who have blocked them.
 */
async function read(condition: string, bind: unknown[], run = sql): Promise<Person[]> {
  const now = clock.now();
  const at = `$${bind.length + 1}::timestamptz`;
  const rows = await run<Row>(
    `SELECT j.user_id, j.device_id, j.version, j.guard, s.mode, u.birth_date::text AS birth_date, u.gender, s.genders,
            s.min_age, s.max_age, u.cell, s.max_distance_km, u.interests, s.preferred_interests, u.seniority,
            u.rating_sum, u.rating_count, s.personality_weight, j.waiting_since,
            greatest(j.cooldown_until, d.cooldown_until) AS cooldown_until,
            (SELECT count(*)::integer
               FROM (SELECT r.end_reason, r.ended_by FROM round_participants p JOIN rounds r ON r.id = p.round_id
                      WHERE p.session_id = j.session_id AND p.user_id = j.user_id
                      ORDER BY p.round_id DESC LIMIT ${rules.matching.letDownRounds}) AS last
              WHERE last.ended_by <> j.user_id
                AND last.end_reason IN ('not_joined', 'not_acknowledged', 'stale', 'left')) AS let_down,
            ARRAY(
              SELECT unnest(ARRAY[b.blocked_id, b.blocked_device_id]) FROM blocks b
               WHERE b.blocker_id = j.user_id OR b.blocker_device_id = j.device_id
              UNION SELECT unnest(ARRAY[b.blocker_id, b.blocker_device_id]) FROM blocks b
               WHERE b.blocked_id = j.user_id OR b.blocked_device_id = j.device_id
              UNION SELECT unnest(ARRAY[x.other_user_id, x.other_device_id]) FROM exclusions x
               WHERE (x.user_id = j.user_id OR x.device_id = j.device_id)
                 AND (x.session_id = j.session_id OR x.until > ${at})
            ) AS avoid
       FROM journeys j
       JOIN sessions s ON s.id = j.session_id
       JOIN users u ON u.id = j.user_id
       JOIN devices d ON d.id = j.device_id
      WHERE j.state = 'WAITING' AND NOT j.parked AND ${condition} AND NOT ${isHeldBack('j')}
        AND NOT ${isRestricted('j.user_id, j.device_id', at)}`,
    [...bind, now],
  );
  return rows.map((row) => personOf(row, now));
}

const unknownPersonality = 50;
const ratingsOfDoubt = 8;

function personOf(row: Row, now: Date): Person {
  return {
    userId: row.user_id,
    deviceId: row.device_id,
    version: row.version,
    guard: row.guard,
    mode: row.mode,
    age: ageOn(row.birth_date, now),
    gender: row.gender,
    genders: row.genders,
    minAge: row.min_age,
    maxAge: row.max_age,
    cell: row.cell,
    maxDistanceKm: row.max_distance_km,
    interests: row.interests,
    preferredInterests: row.preferred_interests,
    seniority: row.seniority,
    personality: personality(row.rating_sum, row.rating_count),
    personalityWeight: row.personality_weight,
    priority: Math.min(rules.score.priority, rules.matching.letDownPoints * row.let_down),
    // Another process's clock may be ahead; an arrival in the future would never have waited long enough.
    waitingSinceMs: Math.min(row.waiting_since.getTime(), now.getTime()),
    cooldownUntilMs: row.cooldown_until?.getTime() ?? 0,
    avoid: new Set(row.avoid),
  };
}

/** Mean rating (1–5) on a scale of 0–100, drawn to the middle while there are few (additive smoothing). */
export function personality(sum: number, count: number): number {
  const points = ((sum - count) / 4) * 100;
  return (points + unknownPersonality * ratingsOfDoubt) / (count + ratingsOfDoubt);
}
