import type { Round, RoundCourse } from './wire.ts';

/** A step of a round: what happened, to whom of the two, or to both at once. */
export interface Step {
  at: string;
  what: 'matched' | 'acknowledged' | 'joined' | 'started' | 'ended' | 'voted' | 'mutual';
  /** Null: both, or the clock. */
  who: string | null;
}

/**
 * The course of a round, in the order in which it happened. That somebody has voted is known, and what they voted is
 * nobody's to read.
 */
export function stepsOf(round: Round, timeline: RoundCourse['timeline']): Step[] {
  const { matched_at, started_at, ended_at, ended_by, mutual_at, sides } = round;
  const steps: (Step | null)[] = [
    { at: matched_at, what: 'matched', who: null },
    ...sides.flatMap(({ user_id, acknowledged_at, joined_at }) => [
      acknowledged_at === null
        ? null
        : ({ at: acknowledged_at, what: 'acknowledged', who: user_id } as const),
      joined_at === null ? null : ({ at: joined_at, what: 'joined', who: user_id } as const),
    ]),
    started_at === null ? null : { at: started_at, what: 'started', who: null },
    ended_at === null ? null : { at: ended_at, what: 'ended', who: ended_by },
    ...timeline
      .filter(({ event }) => event === 'voted')
      .map(({ at, user_id }) => ({ at, what: 'voted', who: user_id }) as const),
    mutual_at === null ? null : { at: mutual_at, what: 'mutual', who: null },
  ];
  return steps.filter((step) => step !== null).sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
}
