import type { Round } from '#core/store/round.ts';

/** What every list of rounds says of one. */
export interface Recorded extends Pick<
  Round,
  'mode' | 'status' | 'matched_at' | 'started_at' | 'ended_at' | 'end_reason' | 'ended_by' | 'mutual_at'
> {
  score: number;
  matched_topics: string[];
}

/** How long two people talked, seconds; null when they did not, or still do. */
export const durationSeconds = ({ started_at, ended_at }: Recorded): number | null =>
  started_at && ended_at ? (ended_at.getTime() - started_at.getTime()) / 1000 : null;
