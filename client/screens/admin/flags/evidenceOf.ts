/** A step of somebody's during the round. */
export interface Step {
  user_id: string;
  event: string;
  from_state: string;
  to_state: string;
  at: string;
}

interface Line {
  id: string;
  user_id: string;
  text: string;
  created_at: string;
}

/** Evidence is kept as it was gathered (core/safety/evidence.ts): what is not there is not shown. */
type Evidence = Record<string, unknown>;

const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

/** What was written, as it stood when the flag came in. */
export const linesOf = (evidence: Evidence): Line[] => list(evidence.lines) as Line[];

/** Where each of the two was, and when. */
export const stepsOf = (evidence: Evidence): Step[] => list(evidence.events) as Step[];

/** How many signals each received; empty when it could not be said. */
export const signalsOf = (evidence: Evidence): [userId: string, count: number][] =>
  Object.entries((evidence.signals ?? {}) as Record<string, number>);
