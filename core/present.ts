import type { RoundMode } from './rules.ts';
import { settings } from './settings.ts';

/**
 * The only place that shapes what people see of each other. E-mails, addresses, birth dates, flags, votes,
 * device and user ids of a partner never pass.
 */

export interface Stranger {
  display_name: string;
  birth_date: string;
  bio: string;
  interests: string[];
}

/** A partner as the other one sees them during a round. */
export const presentPartner = (partner: Stranger, now: Date) => ({
  user_name: partner.display_name,
  user_age: ageOn(partner.birth_date, now),
  user_bio: partner.bio,
  user_interests: partner.interests,
});

export interface MatchedRound {
  round_id: string;
  seat: 1 | 2;
  mode: RoundMode;
  score: number;
  score_parts: Record<string, number>;
  matched_topics: string[];
  join_deadline_at: Date;
}

/** The guide's `match_data`: one round, one id, so both session ids are the same. */
export const presentMatch = (round: MatchedRound, partner: Stranger, now: Date) => ({
  call_session_id: round.round_id,
  video_session_id: round.round_id,
  role: roleOf(round.seat),
  ...presentPartner(partner, now),
  matched_topics: round.matched_topics,
  compatibility_score: Math.round(round.score),
  score_parts: { interests: round.score_parts.interests ?? 0, age: round.score_parts.age ?? 0 },
  is_actual_match: false as const,
  mode: round.mode,
  round_seconds: settings.roundSeconds,
  join_by: round.join_deadline_at.toISOString(),
});

/** The server names one offerer: the first of the two. */
export const roleOf = (seat: 1 | 2): 'offerer' | 'answerer' => (seat === 1 ? 'offerer' : 'answerer');

/**
 * Full years between a birth date and an instant, by the UTC calendar.
 * @param birthDate YYYY-MM-DD
 */
export function ageOn(birthDate: string, now: Date): number {
  const [year = 0, month = 0, day = 0] = birthDate.split('-').map(Number);
  const years = now.getUTCFullYear() - year;
  const before = now.getUTCMonth() + 1 < month || (now.getUTCMonth() + 1 === month && now.getUTCDate() < day);
  return before ? years - 1 : years;
}
